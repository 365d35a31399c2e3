// From `node hello.mjs` to its first answer, against a Node process that does nothing.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { quantile, report } from "./lib/report.ts";

const rounds = 11;
const port = 7991;
const folder = join(import.meta.dirname, "..", "node_modules", ".vitrine", "bench");
const script = join(folder, "hello.mjs");

await mkdir(folder, { recursive: true });
await writeFile(
  script,
  `import { Interface, Slider } from "vitrine";
const greet = (name, intensity) => "Hello, " + name + "!".repeat(intensity);
await new Interface(greet, ["text", new Slider({ minimum: 1, maximum: 5, step: 1 })], "text").launch({ port: ${port} });
`,
);
const helloMs: number[] = [];
const emptyMs: number[] = [];
for (let round = 0; round < rounds; round++) {
  emptyMs.push(await timeOf(["-e", "0"], (child) => once(child, "exit")));
  helloMs.push(await timeOf([script], firstAnswer));
}
await rm(folder, { recursive: true });
report({
  what: "start to first 200, hello-world",
  measured: quantile(helloMs, 0.5),
  floor: quantile(emptyMs, 0.5),
  budget: 300,
  unit: "ms",
});

async function timeOf(
  args: readonly string[],
  until: (child: ReturnType<typeof spawn>) => Promise<unknown>,
): Promise<number> {
  const startMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  await until(child);
  const ms = performance.now() - startMs;
  if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
  return ms;
}

async function firstAnswer(): Promise<void> {
  for (;;) {
    if ((await status()) === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function status(): Promise<number | undefined> {
  return new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path: "/", agent: false }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode));
    }).once("error", () => resolve(undefined));
  });
}
