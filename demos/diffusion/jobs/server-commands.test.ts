import { expect, test } from "vitest";
import { obeyServerCommands, type ServerActions } from "./server-commands.ts";
import { SharedState } from "./shared-state.ts";

/** Lets everything that can happen happen. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function obey(more: Partial<ServerActions> = {}) {
  const state = new SharedState();
  const done: string[] = [];
  const ended = obeyServerCommands(state, {
    stop: () => void done.push("stop"),
    restart: () => void done.push("restart"),
    log: (line) => void done.push(line),
    ...more,
  });
  return { state, done, ended };
}

test("stop stops, and nothing is listened to afterwards", async () => {
  const { state, done, ended } = obey();
  state.serverCommand = "stop";
  await ended;
  expect(done).toEqual(["stop"]);
});

test("requestRestart restarts, and interrupts what runs", async () => {
  const { state, done, ended } = obey();
  state.requestRestart();
  expect(state.interrupted).toBe(true);
  await ended;
  expect([done, state.needRestart]).toEqual([["restart"], false]);
});

test("a command that is none is named, and the next is obeyed", async () => {
  const { state, done, ended } = obey();
  state.serverCommand = "explode";
  await settled();
  state.serverCommand = undefined;
  await settled();
  state.serverCommand = "stop";
  await ended;
  expect(done).toEqual(['There is no server command "explode"; there are stop and restart.', "stop"]);
});

test("a restart that fails is told, and the server goes on and can be stopped", async () => {
  const { state, done, ended } = obey({
    restart: () => {
      throw new Error("Nobody would start this process again.");
    },
  });
  state.needRestart = true;
  await settled();
  state.serverCommand = "stop";
  await ended;
  expect(done).toEqual(["The server command restart failed: Nobody would start this process again.", "stop"]);
});
