// The studio's queue and buttons: how soon a stop is heard and obeyed, how fairly two users wait, and what it costs a job when
// its progress is asked for a hundred times a second. With the embedded model, through the same board the page uses.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "vitrine";
import { EngineProcess } from "../demos/diffusion/engine/engine-process.ts";
import type { Engine } from "../demos/diffusion/jobs/engine.ts";
import { generateWork } from "../demos/diffusion/jobs/generate-work.ts";
import { JobBoard } from "../demos/diffusion/jobs/job-board.ts";
import type { StudioState } from "../demos/diffusion/jobs/job.ts";
import { PictureSaver } from "../demos/diffusion/jobs/picture-saver.ts";
import { SharedState } from "../demos/diffusion/jobs/shared-state.ts";
import { createStudioPage } from "../demos/diffusion/studio-page.ts";
import { defaultSettings } from "../demos/diffusion/studio-settings.ts";
import { openStudio } from "../demos/diffusion/studio.ts";
import { BenchPage } from "./lib/page.ts";
import { quantile, report } from "./lib/report.ts";

const model = fileURLToPath(new URL("../demos/diffusion/models/postcard", import.meta.url));
const rounds = 7;
const jobsEach = 10;
const kind = "txt2img";

if (!existsSync(join(model, "model_index.json"))) throw new Error(`There is no model in ${model}.`);
const folder = await mkdtemp(join(tmpdir(), "bench-studio-"));
const engine = new EngineProcess({ model });
try {
  await drawOnce();
  await measureStop("interrupt", "Interrupt");
  await measureStop("skip", "Skip");
  await measureWaiting();
  await measurePolling();
} finally {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
}

function openBoard(): { readonly board: JobBoard; readonly state: StudioState } {
  const state: StudioState = new SharedState();
  return { state, board: new JobBoard({ state, folder }) };
}

function work(by: Engine, size: { readonly steps: number; readonly batchCount?: number }) {
  const settings = () => defaultSettings;
  const request = { prompt: "a red house by the sea", seed: 1, ...size };
  return generateWork(by, { request, model, settings, saver: new PictureSaver(settings, folder) });
}

async function drawOnce(): Promise<void> {
  const { board } = openBoard();
  board.add("ann", work(engine, { steps: 4 }));
  for await (const view of board.watch("ann", { kind })) void view;
}

/** From the press on a page, over its socket, to the answer there, and to the last step of what was stopped. */
async function measureStop(how: "interrupt" | "skip", name: "Interrupt" | "Skip"): Promise<void> {
  const studio = await openStudio({ model, settings: join(folder, "settings.json") });
  const launched = await launch(createStudioPage(studio), { port: 0, quiet: true });
  const listener = await findListener(launched.url, name);
  const answersMs: number[] = [];
  const endsMs: number[] = [];
  const stepsMore: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const page = await BenchPage.open(launched.port);
      studio.board.add(page.session, work(studio.engine, { steps: 60, batchCount: 2 }));
      await until(() => studio.state.jobNo === 0 && studio.state.samplingStep >= 5);
      const before = studio.state.samplingStep;
      const pressedMs = performance.now();
      let last = before;
      const watching = until(() => {
        if (studio.state.jobNo === 0 && studio.state.jobCount > 0)
          last = Math.max(last, studio.state.samplingStep);
        return studio.state.jobNo > 0 || studio.state.jobCount === 0;
      }).then(() => endsMs.push(performance.now() - pressedMs));
      await page.run(listener, [name]);
      answersMs.push(performance.now() - pressedMs);
      await watching;
      stepsMore.push(last - before);
      if (how === "skip") studio.board.stop(page.session, { how: "interrupt" });
      await until(() => studio.board.view().running === undefined);
      page.socket.close();
    }
  } finally {
    await launched.close();
    await studio.close();
  }
  report({
    what: `${name}: press to acknowledgement`,
    measured: quantile(answersMs, 0.5),
    budget: 100,
    unit: "ms",
  });
  report({
    what: `${name}: steps drawn after the press`,
    measured: quantile(stepsMore, 0.5),
    budget: 2,
    unit: "steps",
  });
  report({
    what: `${name}: press to the picture as far as it is`,
    measured: quantile(endsMs, 0.5),
    unit: "ms",
  });
}

/** The listener of the first button of that name. */
async function findListener(url: string, name: string): Promise<string> {
  const html = await (await fetch(`${url}/`)).text();
  const config = JSON.parse(/id="vitrine-config">([^<]*)</.exec(html)?.[1] ?? "null") as Config;
  const blocks: Block[] = [config.root];
  // Grows while it is walked.
  for (const block of blocks) blocks.push(...(block.children ?? []));
  const button = blocks.find(({ type, payload }) => type === "button" && payload === name);
  const found = config.listeners.find(({ triggers }) =>
    triggers.some(({ blockId }) => blockId === button?.id),
  );
  if (!found) throw new Error(`The page has no button ${name}.`);
  return found.id;
}

interface Config {
  readonly root: Block;
  readonly listeners: readonly {
    readonly id: string;
    readonly triggers: readonly { readonly blockId: string }[];
  }[];
}
interface Block {
  readonly id: string;
  readonly type: string;
  readonly payload?: unknown;
  readonly children?: readonly Block[];
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Ann adds ten jobs before Bob adds his: how long the jobs of each wait on the average. */
async function measureWaiting(): Promise<void> {
  const { board } = openBoard();
  const waits = new Map<string, number[]>([
    ["ann", []],
    ["bob", []],
  ]);
  const startMs = performance.now();
  for (const [user, own] of waits) {
    for (let job = 0; job < jobsEach; job++) {
      const inner = work(engine, { steps: 8 });
      board.add(user, {
        ...inner,
        run: (context) => {
          own.push(performance.now() - startMs);
          return inner.run(context);
        },
      });
    }
  }
  await Promise.all(
    [...waits.keys()].map(async (user) => {
      for await (const view of board.watch(user, { kind })) void view;
    }),
  );
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ann = [], bob = []] = waits.values();
  report({
    what: `two users with ${jobsEach} jobs each: mean wait of the second over the first`,
    measured: mean(bob),
    floor: mean(ann),
    budget: "<= 1.2x",
    unit: "ms",
  });
  report({
    what: "the second user's first job waits",
    measured: bob[0] ?? 0,
    floor: ann[1] ?? 0,
    budget: "<= 1x",
    unit: "ms",
  });
}

/** One job with somebody who asks for its progress a hundred times a second, over the same job without. */
async function measurePolling(): Promise<void> {
  const watched: number[] = [];
  const alone: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // In turn, so that a busy machine is busy for both.
    watched.push(await timeJob(true));
    alone.push(await timeJob(false));
  }
  report({
    what: "a job whose progress is asked for 100 times a second, over one left alone",
    measured: quantile(watched, 0.5),
    floor: quantile(alone, 0.5),
    budget: "<= 1.05x",
    unit: "ms",
  });
}

async function timeJob(isPolled: boolean): Promise<number> {
  const { board, state } = openBoard();
  const poll = (): void => {
    void state.setCurrentImage();
    JSON.stringify([state.toDict(), board.viewOf("ann", kind), board.view()]);
  };
  const timer = isPolled ? setInterval(poll, 10) : undefined;
  const startMs = performance.now();
  board.add("ann", work(engine, { steps: 40 }));
  await until(() => board.viewOf("ann", kind).running === undefined);
  clearInterval(timer);
  return performance.now() - startMs;
}
