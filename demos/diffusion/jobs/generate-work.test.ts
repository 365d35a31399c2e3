import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { EngineProcess } from "../engine/engine-process.ts";
import { readTexts } from "../images/metadata.ts";
import type { GenerateRequest } from "../pipeline/generation/request.ts";
import { generateWork } from "./generate-work.ts";
import { JobBoard } from "./job-board.ts";
import type { StudioState } from "./job.ts";
import { SharedState } from "./shared-state.ts";
import type { UserView } from "./user-jobs.ts";

const model = (name: string) => new URL(`../pipeline/fixtures/models/${name}`, import.meta.url).pathname;
const engine = new EngineProcess({ model: model("sd1") });
const folder = await mkdtemp(join(tmpdir(), "generate-work-test-"));
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

let state: StudioState;
let board: JobBoard;
beforeEach(() => {
  state = new SharedState();
  board = new JobBoard({ state, folder });
});

interface Watched {
  readonly views: readonly UserView[];
  readonly failure: unknown;
}

/** Draws as one user and watches to the end. */
async function draw(
  request: Partial<GenerateRequest>,
  onView: (view: UserView) => void = () => undefined,
  folderOfModel = engine.model,
): Promise<Watched> {
  const whole = { prompt: "a boat", steps: 4, seed: 7, ...request };
  board.add("ann", generateWork(engine, { request: whole, model: folderOfModel }));
  const views: UserView[] = [];
  for await (const view of board.watch("ann", { kind: "txt2img" })) {
    views.push({ ...view, running: view.running && { ...view.running } });
    onView(view);
  }
  return { views, failure: board.userOf("ann").takeFailure("txt2img")?.error };
}

test("a picture comes with previews, rising progress, its seed, and its parameters in the file", async () => {
  const { views, failure } = await draw({});
  expect(failure).toBeUndefined();
  const progress = views.flatMap(({ running }) => running?.progress ?? []);
  expect(progress.some(({ previews }) => (previews?.length ?? 0) > 0)).toBe(true);
  const fractions = progress.map(({ fraction }) => fraction);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  const [picture] = views.at(-1)?.pictures ?? [];
  expect(picture).toMatchObject({ seed: 7, caption: "Seed 7", fileName: "00000-7.png" });
  const texts = await readTexts(await readFile(picture?.path ?? ""));
  expect(texts.get("parameters")).toBe(picture?.parameters);
  expect(picture?.parameters).toContain("Seed: 7");
});

test("the global state follows the job and is idle after it", async () => {
  const seen = new Set<string>();
  await draw({ batchCount: 2 }, () => {
    const { job, job_count, job_no, sampling_steps } = state.toDict();
    seen.add(`${job} ${job_count} ${job_no} ${sampling_steps}`);
  });
  expect([...seen]).toEqual(expect.arrayContaining(["txt2img 2 0 4", "txt2img 2 1 4"]));
  expect(state.toDict()).toMatchObject({ job: "", job_count: 0 });
  expect(state.idLivePreview).toBeGreaterThan(0);
});

test("interrupt keeps what is there of the picture and makes no other", async () => {
  const { views } = await draw({ steps: 40, batchCount: 3 }, ({ running }) => {
    if ((running?.progress.fraction ?? 0) > 0) board.stop("ann", { how: "interrupt" });
  });
  expect(views.at(-1)?.pictures).toMatchObject([{ isIncomplete: true, caption: "Seed 7, stopped" }]);
});

test("skip goes on with the next batch", async () => {
  let hasSkipped = false;
  const { views } = await draw({ steps: 40, batchCount: 2 }, ({ running }) => {
    if (hasSkipped || (running?.progress.fraction ?? 0) === 0) return;
    hasSkipped = board.stop("ann", { how: "skip" });
  });
  expect(views.at(-1)?.pictures.map(({ isIncomplete }) => isIncomplete)).toEqual([false, true]);
});

test("stop after this ends with a whole picture", async () => {
  const { views } = await draw({ steps: 20, batchCount: 3 }, ({ running }) => {
    if ((running?.progress.fraction ?? 0) > 0) board.stop("ann", { how: "afterPicture" });
  });
  expect(views.at(-1)?.pictures).toMatchObject([{ isIncomplete: false }]);
});

test("whoever interrupts the global state stops what runs", async () => {
  const { views } = await draw({ steps: 40, batchCount: 3 }, ({ running }) => {
    if ((running?.progress.fraction ?? 0) > 0) state.interrupt();
  });
  expect(views.at(-1)?.pictures).toHaveLength(1);
});

test("a wrong request fails with its code, and the next job is drawn", async () => {
  const bad = await draw({ width: 33 });
  expect(bad.failure).toMatchObject({ code: "SIZE_INVALID" });
  expect((await draw({})).views.at(-1)?.pictures).toHaveLength(1);
});

test("a job brings its model: the engine changes, and changes back", async () => {
  const other = await draw({}, undefined, model("turbo"));
  expect(other.failure).toBeUndefined();
  expect(other.views.at(-1)?.pictures[0]?.parameters).toContain("Model: turbo");
  const back = await draw({}, undefined, model("sd1"));
  expect(back.views.at(-1)?.pictures[0]?.parameters).toContain("Model: sd1");
});
