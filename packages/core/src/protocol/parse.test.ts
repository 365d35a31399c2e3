import { describe, expect, test } from "vitest";
import { parseClientMessage, parseServerFrame } from "./parse.ts";

const run = { type: "run", jobId: "job-0001", listenerId: "l0", payloads: ["a"] };

describe("frames from a page", () => {
  test("a run message is read with its payloads as they are", () => {
    expect(parseClientMessage(JSON.stringify(run))).toEqual(run);
  });

  test.each([
    ["no JSON", "{", /expected JSON text/],
    ["no type", "{}", /expected .* at type/],
    ["an unknown type", '{"type":"drop"}', /expected .* at type/],
    ["null", "null", /expected/],
    [
      "a job id that is none",
      JSON.stringify({ ...run, jobId: "../../x" }),
      /expected 8 to 64 letters.* at jobId/,
    ],
    ["a payload list that is none", JSON.stringify({ ...run, payloads: "a" }), /expected a list at payloads/],
    [
      "too many payloads",
      JSON.stringify({ ...run, payloads: Array.from({ length: 1001 }, () => 0) }),
      /payloads/,
    ],
    ["a negative acknowledgement", '{"type":"ack","seq":-1}', /expected >=0 at seq/],
    [
      "too deep a nest",
      `{"type":"run","jobId":"job-0001","listenerId":"l0","payloads":[${"[".repeat(70)}${"]".repeat(70)}]}`,
      /nest 64 levels/,
    ],
  ])("%s is refused with what was expected", (_name, text, message) => {
    expect(() => parseClientMessage(text)).toThrow(
      expect.objectContaining({ code: "PROTOCOL_FRAME", message: expect.stringMatching(message) }),
    );
  });
});

describe("frames from the server", () => {
  test("carry their number and message", () => {
    expect(parseServerFrame('[3,{"type":"pong"}]')).toEqual([3, { type: "pong" }]);
  });

  test.each(['{"type":"pong"}', '["3",{"type":"pong"}]', '[3,{"type":"status"}]'])(
    "%s is refused",
    (text) => {
      expect(() => parseServerFrame(text)).toThrow(expect.objectContaining({ code: "PROTOCOL_FRAME" }));
    },
  );
});
