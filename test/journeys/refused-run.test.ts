import { Page, systemClock } from "@vitrine/client";
import { toJobId, type BlockConfig, type Json } from "@vitrine/core";
import { Blocks, Textbox } from "vitrine";
import { expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { serve } from "../lib/serve.ts";

// A busy machine takes its time; what never comes still fails.
const patience = { timeout: 30_000 };

function nested(depth: number): Json {
  return depth === 0 ? "end" : [nested(depth - 1)];
}

test("a run the server cannot take ends as failed in the page, and the next one works", async () => {
  const app = new Blocks(() => {
    const input = new Textbox({ label: "In" });
    input.submit((text) => text.toUpperCase(), input, new Textbox({ label: "Out" }));
  });
  await using served = await serve(app);
  const config = (await fetchConfig(served.url)) as ConstructorParameters<typeof Page>[0]["config"];
  let jobs = 0;
  const page = new Page({
    config,
    clock: systemClock,
    createJobId: () => toJobId(`refused-run-${++jobs}`),
    openSocket: () => new WebSocket(new URL("socket", served.url)),
    nextFrame: queueMicrotask,
    sendFile: () => Promise.reject(new Error("This test sends no files.")),
  });
  page.open();
  const [input, output] = config.root.children as readonly [BlockConfig, BlockConfig];
  const store = page.store.peek();

  page.dispatcher.enter(input.id, nested(100));
  page.dispatcher.emit(input.id, "submit");
  await vi.waitFor(() => expect(page.dispatcher.liveJobs).toEqual([]), patience);
  expect(page.toasts.shown.peek()).toMatchObject([
    { level: "error", message: expect.stringMatching(/deep/) },
  ]);
  expect(store.node(output.id)?.lastRun.peek()?.error?.code).toBe("PROTOCOL_FRAME");

  page.dispatcher.enter(input.id, "ada");
  page.dispatcher.emit(input.id, "submit");
  await vi.waitFor(() => expect(store.payloadOf(output.id)).toBe("ADA"), patience);
  page.connection.close();
});

async function fetchConfig(url: string): Promise<unknown> {
  const html = await (await fetch(url)).text();
  const [, text = ""] = /id="vitrine-config">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(text);
}
