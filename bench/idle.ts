// Memory of an idle session at 5,000 sessions against a bare `ws` connection, and what is left of visitors that have gone.
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import { BenchPage } from "./lib/page.ts";
import { report } from "./lib/report.ts";
import { startServer, type ServerProcess } from "./lib/server-process.ts";

const sessions = 5000;
const visitors = 500;

const bareBytes = await bytesPerSession("bare-server", async (port) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  await once(socket, "open");
  return socket;
});
const vitrineBytes = await bytesPerSession(
  "vitrine-server",
  async (port) => (await BenchPage.open(port)).socket,
);
report({
  what: `idle session, ${sessions} open`,
  measured: vitrineBytes / 1024,
  floor: bareBytes / 1024,
  budget: 40,
  unit: "KB",
});

await using server = await startServer("vitrine-server");
await visit(server);
const first = await settled(server);
await visit(server);
const second = await settled(server);
for (const [name, count] of Object.entries(second.census)) {
  report({
    what: `left of ${visitors} visitors, twice: ${name}`,
    measured: count,
    budget: first.census[name] ?? 0,
  });
}
report({
  what: "memory after the second load over the first",
  measured: second.rssBytes / 2 ** 20,
  floor: first.rssBytes / 2 ** 20,
  unit: "MB",
});

async function bytesPerSession(
  name: "vitrine-server" | "bare-server",
  open: (port: number) => Promise<WebSocket>,
): Promise<number> {
  await using process = await startServer(name);
  await open(process.port);
  const before = await process.usage();
  for (let opened = 0; opened < sessions; opened += 100)
    await Promise.all(Array.from({ length: 100 }, () => open(process.port)));
  const after = await process.usage();
  return (after.rssBytes - before.rssBytes) / sessions;
}

/** Visitors come, run something, and go. */
async function visit({ port }: ServerProcess): Promise<void> {
  for (let come = 0; come < visitors; come += 50) {
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const page = await BenchPage.open(port);
        for (let run = 0; run < 20; run++) await page.run("l0");
        page.socket.close();
      }),
    );
  }
}

/** Usage once every session that has gone is forgotten. */
async function settled(process: ServerProcess) {
  for (let tries = 0; tries < 100; tries++) {
    const usage = await process.usage();
    if (Object.values(usage.census).every((count) => count === 0)) return usage;
    await wait(100);
  }
  return process.usage();
}
