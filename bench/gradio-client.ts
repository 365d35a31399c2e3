// The same calls through the client of Gradio as it is published, of Vitrine and of a bare server that only answers it.
// For orientation, Gradio 6.25 on a machine of this kind: 11.6 ms p50 and 21 ms p99 sequential, 77 calls a second with
// 32 clients, 1.1 s for 1,000 values, 4.2 s from start to first answer, 141 MB resident; a fifth of each is aimed at.
import { Client } from "@gradio/client";
import { quantile, report } from "./lib/report.ts";
import { startServer, type ServerProcess } from "./lib/server-process.ts";

const sequential = 200;
const clients = 32;
const callsEach = 15;
const values = 1000;
const burstCalls = 8000;

type ServerName = Parameters<typeof startServer>[0];

// One after the other, so that neither has the machine to share.
const bare = await measure("gradio-bare-server");
const vitrine = await measure("gradio-vitrine-server");
for (const [key, what, unit, budget] of [
  ["p50Ms", `${sequential} predicts in turn, p50`, "ms", 2.32],
  ["p99Ms", `${sequential} predicts in turn, p99`, "ms", 4.2],
  ["perSecond", `${clients} clients x ${callsEach} predicts`, "/s", ">= 385"],
  ["generatorMs", `generator of ${values} values`, "ms", 220],
  ["listenMs", "start to listening", "ms", 840],
  ["startMs", "start to first answer", "ms", 840],
  ["cpuMs", "server's own time for one call", "ms", 1],
  ["residentMb", "resident after it all", "MB", 28.2],
] as const)
  report({ what, unit, measured: vitrine[key], floor: bare[key], budget });
report({ what: `calls without an answer, of ${burstCalls} in bursts`, measured: vitrine.lost, budget: 0 });

async function measure(name: ServerName) {
  const startedMs = performance.now();
  await using server = await startServer(name);
  const listenMs = performance.now() - startedMs;
  const url = `http://127.0.0.1:${server.port}`;
  const client = await Client.connect(url);
  await client.predict("/greet", ["first"]);
  const startMs = performance.now() - startedMs;
  const timesMs: number[] = [];
  // The client is compiled while it runs; the first calls are its, not the server's.
  for (let call = 0; call < 100; call++) await client.predict("/greet", ["warm"]);
  for (let call = 0; call < sequential; call++) {
    const callMs = performance.now();
    await client.predict("/greet", [String(call)]);
    timesMs.push(performance.now() - callMs);
  }
  const result = {
    startMs,
    listenMs,
    p50Ms: quantile(timesMs, 0.5),
    p99Ms: quantile(timesMs, 0.99),
    generatorMs: await timeGenerator(client),
    ...(await timeClients(url, server)),
    lost: name === "gradio-vitrine-server" ? await countLost(client) : 0,
    residentMb: (await server.usage()).rssBytes / 1e6,
  };
  // Streams close by themselves soon after the last call; one that breaks is reported by each client.
  await new Promise((resolve) => setTimeout(resolve, 500));
  return result;
}

async function timeGenerator(client: Client): Promise<number> {
  const timesMs: number[] = [];
  for (let round = 0; round < 3; round++) {
    const startMs = performance.now();
    let count = 0;
    for await (const message of client.submit("/count", [values])) if (message.type === "data") count++;
    if (count !== values + 1) throw new Error(`${values} values and the end were expected, ${count} came.`);
    timesMs.push(performance.now() - startMs);
  }
  return quantile(timesMs, 0.5);
}

async function timeClients(url: string, server: ServerProcess) {
  const connected: Client[] = await Promise.all(Array.from({ length: clients }, () => Client.connect(url)));
  const calls = clients * callsEach;
  const before = await server.usage();
  const startMs = performance.now();
  await Promise.all(
    connected.map(async (client) => {
      for (let call = 0; call < callsEach; call++) await client.predict("/greet", [String(call)]);
    }),
  );
  const perSecond = calls / ((performance.now() - startMs) / 1000);
  const after = await server.usage();
  return { perSecond, cpuMs: (after.cpuMs - before.cpuMs) / calls };
}

/** Staggered bursts of four, the pattern in which a stream that closes at the wrong moment is seen. */
async function countLost(client: Client): Promise<number> {
  let lost = 0;
  for (let burst = 0; burst < burstCalls / 4; burst++) {
    const calls = [0, 1, 2, 3].map(async (place) => {
      await new Promise((resolve) => setTimeout(resolve, place * (burst % 5)));
      return client.predict("/greet", [String(place)]);
    });
    const late = new Promise<"late">((resolve) => void setTimeout(resolve, 20_000, "late").unref());
    if ((await Promise.race([Promise.all(calls), late])) === "late") lost++;
  }
  return lost;
}
