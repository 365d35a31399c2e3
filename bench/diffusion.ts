// What the diffusion engine adds to its model: time of a picture over the bare runs of its graphs, cost of previews, and two
// engines against one. A picture's time is that of `generate()` in the page's process: the request's and the picture's way
// between the processes, tokens, noise, guidance, sampler, pixels, and a report with preview of every step.
// `DIFFUSION_MODEL=<folder>` measures another model than the embedded one, and its memory, such as one with Stable
// Diffusion 1.5's true shapes: `python demos/diffusion/pipeline/fixtures/make_large_model.py <folder>` writes it.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { availableParallelism, freemem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EngineProcess, type EngineResult } from "../demos/diffusion/engine/engine-process.ts";
import type { GenerateRequest } from "../demos/diffusion/pipeline/generation/request.ts";
import type { StepEvent } from "../demos/diffusion/pipeline/generation/run-context.ts";
import { quantile, report } from "./lib/report.ts";

const asked = process.env["DIFFUSION_MODEL"];
const model = asked ?? fileURLToPath(new URL("../demos/diffusion/models/postcard", import.meta.url));
const rounds = asked === undefined ? 9 : 3;
const steps = asked === undefined ? 20 : 3;
const request: GenerateRequest = {
  prompt: "a red house by the sea, at sunset",
  negativePrompt: "boat",
  steps,
  cfgScale: 3,
};

if (!existsSync(join(model, "model_index.json"))) throw new Error(`There is no model in ${model}.`);
await measureOneEngine();
// Two of the large ones do not fit everywhere; while they work each takes more than its files.
if (4 * bytesOf(model) < freemem()) await measureTwoEngines();
else console.error("Two engines with this model would not fit into memory: left out.");

async function measureOneEngine(): Promise<void> {
  await using engine = new EngineProcess({ model });
  await engine.info();
  const { rssBytes } = await engine.generate({ ...request, seed: 0 });
  const watched: number[] = [];
  const unwatched: number[] = [];
  const over: number[] = [];
  const cost: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // One after the other in turn, so that a busy machine is busy for both.
    const seen = await timed(engine, { onStep: () => undefined, seed: round });
    watched.push(seen.ms);
    over.push(seen.ms / seen.result.modelMs);
    const unseen = await timed(engine, { onStep: undefined, seed: round });
    unwatched.push(unseen.ms);
    cost.push(seen.ms / unseen.ms);
  }
  const pictureMs = quantile(watched, 0.5);
  const unwatchedMs = quantile(unwatched, 0.5);
  report({
    what: `one picture of ${steps} steps, over the runs of its graphs`,
    measured: pictureMs,
    floor: pictureMs / quantile(over, 0.5),
    budget: "<= 1.03x",
    unit: "ms",
  });
  report({
    what: "the same, with every step previewed over without",
    measured: unwatchedMs * quantile(cost, 0.5),
    floor: unwatchedMs,
    budget: "<= 1.05x",
    unit: "ms",
  });
  if (asked === undefined) return;
  const megabytes = bytesOf(model) / 2 ** 20;
  report({
    what: "memory with the model loaded, over its files",
    measured: rssBytes / 2 ** 20,
    floor: megabytes,
    budget: "<= 1.3x",
    unit: "MB",
  });
  const peak = peakMegabytes(engine.pid);
  if (peak === undefined) return;
  report({
    what: "the same at its peak, in the middle of a run",
    measured: peak,
    floor: megabytes,
    unit: "MB",
  });
}

/** The most that a process ever had; only Linux tells. */
function peakMegabytes(pid: number | undefined): number | undefined {
  const path = `/proc/${pid}/status`;
  const kilobytes = existsSync(path) ? /VmHWM:\s+(\d+)/.exec(readFileSync(path, "utf8"))?.[1] : undefined;
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** One engine with all cores, against two with half of them each. */
async function measureTwoEngines(): Promise<void> {
  const cores = availableParallelism();
  const one = await picturesAMinute(1, cores);
  const two = await picturesAMinute(2, Math.max(1, Math.floor(cores / 2)));
  report({ what: "pictures a minute, two engines against one", measured: two, floor: one, unit: "/min" });
}

async function picturesAMinute(engines: number, threads: number): Promise<number> {
  const all = Array.from({ length: engines }, () => new EngineProcess({ model, threads }));
  try {
    for (const engine of all) await engine.generate({ ...request, seed: 0 });
    const count = 2 * Math.ceil(rounds / 2);
    const startMs = performance.now();
    await Promise.all(
      Array.from({ length: count }, (_, i) => all[i % engines]!.generate({ ...request, seed: i })),
    );
    return (60_000 * count) / (performance.now() - startMs);
  } finally {
    for (const engine of all) await engine.close();
  }
}

interface Timed {
  readonly seed: number;
  readonly onStep: ((event: StepEvent) => void) | undefined;
}

async function timed(
  engine: EngineProcess,
  { seed, onStep }: Timed,
): Promise<{ ms: number; result: EngineResult }> {
  const startMs = performance.now();
  const result = await engine.generate({ ...request, seed }, { onStep });
  return { ms: performance.now() - startMs, result };
}

/** Size of a model's graphs and weights on disk. */
function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesOf(path) : statSync(path).size);
  }, 0);
}
