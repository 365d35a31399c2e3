import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Blocks, createApp, Textbox } from "vitrine";
import { answerUsage } from "./server-process.ts";
import { tokenCount, tokenEveryMs } from "./token-stream.ts";

const app = new Blocks(() => {
  const text = new Textbox();
  const shown = new Textbox();
  text.submit((value) => value, text, shown, { triggerMode: "multiple", concurrencyLimit: null });
  text.change(streamTokens, text, shown, { triggerMode: "multiple", concurrencyLimit: null });
});

/** Yields the answer so far, as authors do, on the beat of the floor's timer. */
async function* streamTokens(): AsyncGenerator<string> {
  let answer = "";
  const startMs = performance.now();
  for (let sent = 1; sent <= tokenCount; sent++) {
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, startMs + sent * tokenEveryMs - performance.now())),
    );
    yield (answer += `token ${sent} `);
  }
}

const vitrine = createApp(app, {
  resumeMs: 100,
  sessionTtlMs: 1000,
  sessionCapacity: 20_000,
  // A benchmark clicks faster than any visitor may.
  socketLimits: { framesPerSecond: 1e6, frameBurst: 1e6 },
});
const http = createServer(getRequestListener(vitrine.fetch));
vitrine.attach(http);
http.listen(0, "127.0.0.1", () => {
  const address = http.address();
  process.send?.(typeof address === "object" ? address?.port : 0);
});
const host = await vitrine.host;
answerUsage(() => ({
  sessions: host.sessionCount,
  stored: host.options.engine.sessions.size,
  jobs: host.options.engine.jobs.size,
}));
