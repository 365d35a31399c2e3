import { diffPayload, parsePayload, toBlockId } from "@vitrine/core";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Chatbot, type ChatMessage } from "./chatbot.ts";

const idOf = () => toBlockId("b0");

describe("Chatbot", () => {
  const messages: ChatMessage[] = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Hi", metadata: { seen: true } },
    { role: "assistant", content: "**Hello**", options: [{ value: "yes", label: "Yes" }, { value: "no" }] },
  ];

  test("sends messages as they were written, and gives them back", () => {
    const chatbot = new Chatbot();
    const payload = chatbot.postprocess(messages);
    expect(payload).toEqual(messages);
    expect(chatbot.preprocess(parsePayload(chatbot, JSON.parse(JSON.stringify(payload))))).toEqual(messages);
  });

  test("what a function does to the messages it received changes nothing here", () => {
    const chatbot = new Chatbot();
    const payload = chatbot.postprocess([{ role: "user", content: "Hi" }]);
    chatbot.preprocess(payload).push({ role: "assistant", content: "more" });
    expect(payload).toHaveLength(1);
  });

  test("a message that has not changed keeps its payload, so that only what was added is sent", () => {
    const chatbot = new Chatbot();
    const past: ChatMessage = { role: "user", content: "Hi" };
    const before = chatbot.postprocess([past, { role: "assistant", content: "Hel" }]);
    const after = chatbot.postprocess([past, { role: "assistant", content: "Hello" }]);
    expect(after[0]).toBe(before[0]);
    expect(diffPayload(before, after)).toEqual([["append", [1, "content"], "lo"]]);
  });

  test("text or metadata added to the same object is seen", () => {
    const chatbot = new Chatbot();
    const answer = { role: "assistant" as const, content: "a", metadata: { step: 1 } };
    chatbot.postprocess([answer]);
    answer.content += "b";
    answer.metadata.step = 2;
    expect(chatbot.postprocess([answer])).toEqual([
      { role: "assistant", content: "ab", metadata: { step: 2 } },
    ]);
  });

  test("shows nothing for null", () => {
    expect(new Chatbot().postprocess(null)).toEqual([]);
  });

  test.each([
    ["Hi", 'shows a list of messages, got "Hi"'],
    [[["Hi", "Hello"]], 'expected "user", "assistant" or "system" as role at message 0, got nothing'],
    [[null], "expected { role, content } at message 0, got null"],
    [[{ role: "bot", content: "x" }], 'as role at message 0, got "bot"'],
    [
      [
        { role: "user", content: "x" },
        { role: "user", content: { type: "img" } },
      ],
      "expected text as content at message 1, got an object",
    ],
    [
      [{ role: "user", content: "x", metadata: { at: new Date() } }],
      "expected an object of JSON data as metadata at message 0",
    ],
    [
      [{ role: "user", content: "x", options: [{ label: "x" }] }],
      "expected a list of { value, label? } as options at message 0",
    ],
  ])("refuses to show %j", (value, message) => {
    expect(() => new Chatbot({ label: "Chat" }).postprocess(value as never)).toThrow(message);
  });

  test.each([
    [[{ role: "robot", content: "x" }]],
    [[{ role: "user", content: 1 }]],
    [[{ role: "user", content: "x", html: "<b>" }]],
    ["x"],
  ])("refuses the payload %j", (payload) => {
    expect(() => parsePayload(new Chatbot(), payload)).toThrow(/expected/);
  });

  test("tells the page how to look; the placeholder is rendered and sanitised", () => {
    const props = new Chatbot({
      height: "60vh",
      layout: "panel",
      buttons: ["copy", "clear"],
      placeholder: "## Ask me\n<script>x()</script>",
      examples: ["Hello", { text: "Tell me a long story", displayText: "A story" }],
    }).props(idOf);
    expect(props).toMatchObject({
      height: "60vh",
      layout: "panel",
      buttons: ["copy", "clear"],
      autoscroll: true,
    });
    expect(props["placeholderHtml"]).toBe("<h2>Ask me</h2>");
    expect(props["examples"]).toEqual([
      { text: "Hello", label: "Hello" },
      { text: "Tell me a long story", label: "A story" },
    ]);
  });

  test("pictures of the authors travel with the page; what cannot be read is refused", () => {
    const path = join(mkdtempSync(join(tmpdir(), "vitrine-")), "me.svg");
    writeFileSync(path, "<svg/>");
    expect(new Chatbot({ avatarImages: [path, null] }).props(idOf)["avatars"]).toEqual([
      "data:image/svg+xml;base64,PHN2Zy8+",
      null,
    ]);
    expect(() => new Chatbot({ avatarImages: [null, "https://example.test/a.png"] })).toThrow(
      /expected the path of a PNG/,
    );
    expect(() => new Chatbot({ avatarImages: [`${path}.png`, null] })).toThrow(/could not read the picture/);
    writeFileSync(path, "x".repeat(100_001));
    expect(() => new Chatbot({ avatarImages: [path, null] })).toThrow(/pictures of up to 100 kB/);
  });
});
