// 250 sessions stream 500 tokens each at 100 a second: time against the ideal, processor time against bare `ws`.
import { once } from "node:events";
import { WebSocket } from "ws";
import { BenchPage } from "./lib/page.ts";
import { report } from "./lib/report.ts";
import { startServer, type ServerProcess } from "./lib/server-process.ts";
import { tokenCount, tokenEveryMs } from "./lib/token-stream.ts";

const sessions = 250;
const idealSeconds = (tokenCount * tokenEveryMs) / 1000;

const bare = await measure("bare-server", async (server) => {
  const sockets = await Promise.all(
    Array.from({ length: sessions }, async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}`, { perMessageDeflate: false });
      await once(socket, "open");
      return socket;
    }),
  );
  return () =>
    Promise.all(
      sockets.map(
        (socket) =>
          new Promise<void>((resolve) => {
            let got = 0;
            socket.on("message", () => void (++got === tokenCount && resolve()));
            socket.send("stream");
          }),
      ),
    );
});
const vitrine = await measure("vitrine-server", async (server) => {
  const pages = await Promise.all(Array.from({ length: sessions }, () => BenchPage.open(server.port)));
  return async () => {
    await Promise.all(pages.map((page) => page.run("l1")));
    const last = `token ${tokenCount} `;
    // Dropped work looks fast: every page must have the whole answer.
    for (const page of pages)
      if (!page.text.endsWith(last)) throw new Error(`A page ended with "${page.text.slice(-30)}".`);
  };
});
report({
  what: `${sessions} sessions x ${tokenCount} tokens, time`,
  measured: vitrine.seconds,
  floor: idealSeconds,
  budget: 6.5,
  unit: "s",
});
report({ what: "the same, bare ws", measured: bare.seconds, floor: idealSeconds, unit: "s" });
report({
  what: "the same, server's processor time",
  measured: vitrine.cpuSeconds,
  floor: bare.cpuSeconds,
  budget: 6,
  unit: "s",
});

async function measure(
  name: "vitrine-server" | "bare-server",
  prepare: (server: ServerProcess) => Promise<() => Promise<unknown>>,
) {
  await using server = await startServer(name);
  const stream = await prepare(server);
  const before = await server.usage();
  const startMs = performance.now();
  await stream();
  const seconds = (performance.now() - startMs) / 1000;
  const after = await server.usage();
  return { seconds, cpuSeconds: (after.cpuMs - before.cpuMs) / 1000 };
}
