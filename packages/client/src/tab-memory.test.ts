// @vitest-environment happy-dom
import { toJobId, toSessionId } from "@vitrine/core";
import { afterEach, expect, test } from "vitest";
import { leaveMemory, takeMemory } from "./tab-memory.ts";

const file = {
  kind: "file",
  id: "f".repeat(64),
  name: "a.png",
  sizeBytes: 1,
  mimeType: "image/png",
  url: "files/x",
};
const memory = {
  session: { id: toSessionId("s"), secret: "x" },
  inputs: { "0/0": "text", "0/1": [{ file }] },
  jobs: [toJobId("job-00001")],
};

afterEach(() => sessionStorage.clear());

test("what a page leaves is found once: a duplicated tab finds nothing", () => {
  leaveMemory(sessionStorage, "k", memory);
  expect(takeMemory(sessionStorage, "k")).toEqual({ ...memory, portableInputs: { "0/0": "text" } });
  expect(takeMemory(sessionStorage, "k")).toBeUndefined();
});

test.each([
  "",
  "{",
  "null",
  "[]",
  '{"session":{"id":"s"},"inputs":{},"jobs":[]}',
  '{"session":{"id":1,"secret":"x"},"inputs":{},"jobs":[]}',
])("storage that holds %j is no memory", (text) => {
  sessionStorage.setItem("k", text);
  expect(takeMemory(sessionStorage, "k")).toBeUndefined();
  expect(sessionStorage.getItem("k")).toBeNull();
});
