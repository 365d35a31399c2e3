import { serverMessageSchema } from "@vitrine/core";
import * as valibot from "valibot";
import { expect, test, vi } from "vitest";
import * as small from "./small-valibot.ts";

const job = { jobId: "job-00001", listenerId: "l0" };
const config = {
  title: "T",
  theme: "dark",
  sessions: "tab",
  fillHeight: false,
  fillWidth: true,
  isDevelopment: true,
  maxUploadBytes: 5,
  root: {
    id: "b0",
    type: "app",
    key: "0",
    props: {},
    children: [
      { id: "b1", type: "slider", key: "0/0", props: { label: "x" }, payload: null, interactive: false },
    ],
  },
  listeners: [
    {
      id: "l0",
      triggers: [{ blockId: "b1", event: "change" }],
      inputs: ["b1"],
      outputs: [],
      cancels: [],
      hasFunction: true,
      triggerMode: "once",
      showProgress: "full",
      scrollToOutput: false,
      chain: { listenerId: "l1", moment: "after" },
    },
  ],
};

const accepted: readonly unknown[] = [
  {
    type: "welcome",
    session: { id: "s", secret: "x" },
    outcome: "reset",
    seq: 4,
    snapshot: {
      payloads: { b1: null },
      props: { b1: { choices: [1, "a"] } },
      jobs: [{ ...job, status: { stage: "complete" } }],
    },
  },
  { type: "welcome", session: { id: "s", secret: "x" }, outcome: "new", seq: 0, reason: "SESSION_UNKNOWN" },
  {
    type: "output",
    jobId: "job-00001",
    updates: [
      { blockId: "b1", payload: { a: [1] } },
      {
        blockId: "b2",
        changes: [
          ["append", [], "x"],
          ["set", ["a", 0], null],
          ["delete", [1]],
        ],
      },
    ],
  },
  { type: "status", ...job, status: { stage: "queued", position: 0, etaMs: 12 } },
  { type: "status", ...job, status: { stage: "running", progress: { fraction: 0.5, description: "half" } } },
  {
    type: "status",
    ...job,
    status: { stage: "failed", error: { code: "USER_ERROR", message: "no", blockId: "b1" } },
  },
  { type: "toast", level: "warning", message: "m", durationMs: 0 },
  { type: "stateChanged", blockId: "b9" },
  { type: "refused", error: { code: "PROTOCOL_FRAME", message: "bad" } },
  { type: "pong" },
  { type: "restart", retryAfterMs: 100 },
  { type: "buildFailed", text: null },
  { type: "appChanged", config },
  { type: "pong", more: "is dropped" },
];

const refused: readonly unknown[] = [
  null,
  7,
  "pong",
  [],
  {},
  { type: "dance" },
  { type: ["pong"] },
  { type: "welcome", session: { id: "s" }, outcome: "new", seq: 0 },
  { type: "welcome", session: { id: "s", secret: "x" }, outcome: "old", seq: 0 },
  { type: "output", jobId: "job-00001", updates: {} },
  { type: "output", jobId: "job-00001", updates: [{ blockId: "b1", changes: [["insert", [], 1]] }] },
  { type: "output", jobId: "job-00001", updates: [{ blockId: 3 }] },
  { type: "status", ...job, status: { stage: "queued", position: "first" } },
  { type: "status", ...job, status: { stage: "lost" } },
  { type: "toast", level: "loud", message: "m" },
  { type: "buildFailed" },
  { type: "appChanged", config: { ...config, root: { ...config.root, children: [{ id: "b1" }] } } },
  { type: "appChanged", config: { ...config, theme: "pink" } },
];

/** The schema of messages built on the small Valibot, as the page's bundle has it. */
const smallSchema = await vi.importActual<typeof import("@vitrine/core")>("@vitrine/core").then(async () => {
  vi.doMock("valibot", () => small);
  vi.resetModules();
  const core = await import("../../core/src/protocol/server-messages.ts");
  vi.doUnmock("valibot");
  return core.serverMessageSchema as unknown as Parameters<typeof small.safeParse>[0];
});

test.each(accepted)("both take %j, and make the same of it", (message) => {
  const full = valibot.safeParse(serverMessageSchema, message);
  expect(full.success).toBe(true);
  expect(small.safeParse(smallSchema, message)).toEqual({ success: true, output: full.output });
});

test.each(refused)("both refuse %j", (message) => {
  expect(valibot.safeParse(serverMessageSchema, message).success).toBe(false);
  expect(small.safeParse(smallSchema, message).success).toBe(false);
});
