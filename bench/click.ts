// Click to result on one page's socket, and events a second with fifty, against a bare `ws` echo.
import { once } from "node:events";
import { WebSocket } from "ws";
import { BenchPage } from "./lib/page.ts";
import { quantile, report } from "./lib/report.ts";
import { startServer } from "./lib/server-process.ts";

const rounds = 3000;
const warmUp = 500;
const pages = 50;
const seconds = 3;

/** One round trip of a page. */
type Ask = () => Promise<unknown>;

const vitrine = await measure("vitrine-server", async (port) => {
  const page = await BenchPage.open(port);
  return () => page.run("l0");
});
const bare = await measure("bare-server", async (port) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  await once(socket, "open");
  return () => {
    socket.send('{"type":"run","jobId":"bench-00000","listenerId":"l0","payloads":["hello"]}');
    return once(socket, "message");
  };
});
report({ what: "click to result, p50", measured: vitrine.p50Ms, floor: bare.p50Ms, budget: 0.5, unit: "ms" });
report({ what: "click to result, p99", measured: vitrine.p99Ms, floor: bare.p99Ms, budget: 3, unit: "ms" });
report({
  what: `events a second, ${pages} pages`,
  measured: vitrine.perSecond,
  floor: bare.perSecond,
  budget: ">= 10,000",
  unit: "/s",
});

async function measure(server: "vitrine-server" | "bare-server", openPage: (port: number) => Promise<Ask>) {
  await using process = await startServer(server);
  const ask = await openPage(process.port);
  for (let round = 0; round < warmUp; round++) await ask();
  const timesMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startMs = performance.now();
    await ask();
    timesMs.push(performance.now() - startMs);
  }
  const asks = await Promise.all(Array.from({ length: pages }, () => openPage(process.port)));
  let answered = 0;
  const endMs = performance.now() + seconds * 1000;
  await Promise.all(
    asks.map(async (one) => {
      while (performance.now() < endMs) {
        await one();
        answered++;
      }
    }),
  );
  return { p50Ms: quantile(timesMs, 0.5), p99Ms: quantile(timesMs, 0.99), perSecond: answered / seconds };
}
