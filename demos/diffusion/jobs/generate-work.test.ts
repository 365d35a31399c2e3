import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { EngineProcess } from "../engine/engine-process.ts";
import { readTexts } from "../images/metadata.ts";
import { decodePicture } from "../images/picture.ts";
import type { GenerateRequest } from "../pipeline/generation/request.ts";
import { defaultSettings, type StudioSettings } from "../studio-settings.ts";
import { generateWork } from "./generate-work.ts";
import { JobBoard } from "./job-board.ts";
import type { StudioState } from "./job.ts";
import { PictureSaver } from "./picture-saver.ts";
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
let settings: StudioSettings;
const saver = new PictureSaver(() => settings, folder);
beforeEach(async () => {
  await rm(join(folder, "outputs"), { recursive: true, force: true });
  state = new SharedState();
  settings = defaultSettings;
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
  board.add(
    "ann",
    generateWork(engine, { request: whole, model: folderOfModel, settings: () => settings, saver }),
  );
  const views: UserView[] = [];
  for await (const view of board.watch("ann", { kind: "txt2img" })) {
    views.push({ ...view, running: view.running && { ...view.running } });
    onView(view);
  }
  return { views, failure: board.userOf("ann").takeFailure("txt2img")?.error };
}

test("a picture comes with previews, rising progress, its seed, and its parameters in the file", async () => {
  const { views, failure } = await draw({ ...slow, steps: 20 });
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

/** What the state says each time it goes on to another part of the job. */
function watchParts(): readonly string[] {
  const seen: string[] = [];
  const next = state.nextJob.bind(state);
  state.nextJob = () => {
    const preview = next();
    const { job, job_no, job_count } = state.toDict();
    seen.push(`${job} ${job_no}/${job_count}`);
    return preview;
  };
  return seen;
}

test("the global state follows the job and is idle after it", async () => {
  const parts = watchParts();
  await draw({ batchCount: 2 });
  expect(parts).toEqual(["Batch 1 out of 2 1/2", "Batch 2 out of 2 2/2"]);
  expect(state.toDict()).toMatchObject({ job: "", job_count: 0, sampling_steps: 4 });
  expect(state.idLivePreview).toBeGreaterThan(0);
});

/** Steps that take far longer than the word of them needs, so that what is pressed meets the picture it is meant for. */
const slow = { steps: 150, width: 1024, height: 1024 };

test("interrupt keeps what is there of the picture and makes no other", async () => {
  const { views } = await draw({ ...slow, batchCount: 3 }, ({ running }) => {
    if ((running?.progress.fraction ?? 0) > 0) board.stop("ann", { how: "interrupt" });
  });
  expect(views.at(-1)?.pictures).toMatchObject([{ isIncomplete: true, caption: "Seed 7, stopped" }]);
});

test("skip goes on with the next batch", async () => {
  let hasSkipped = false;
  const { views } = await draw({ ...slow, batchCount: 2 }, ({ running }) => {
    if (hasSkipped || (running?.progress.fraction ?? 0) === 0) return;
    hasSkipped = board.stop("ann", { how: "skip" });
  });
  const single = views.at(-1)?.pictures.filter(({ isGrid }) => isGrid !== true);
  expect(single?.map(({ isIncomplete }) => isIncomplete)).toEqual([false, true]);
});

test("stop after this ends with a whole picture", async () => {
  const { views } = await draw({ ...slow, batchCount: 3 }, ({ running }) => {
    if ((running?.progress.fraction ?? 0) > 0) board.stop("ann", { how: "afterPicture" });
  });
  expect(views.at(-1)?.pictures).toMatchObject([{ isIncomplete: false }]);
});

test("whoever interrupts the global state stops what runs", async () => {
  const { views } = await draw({ ...slow, batchCount: 3 }, ({ running }) => {
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

test("with hires fix the state counts both passes of each batch, as programs that read it expect", async () => {
  const parts = watchParts();
  await draw({ batchCount: 2, hires: { scale: 2, steps: 2 } });
  expect(parts).toEqual([
    "Batch 1 out of 2 1/4",
    "Batch 1 out of 2 2/4",
    "Batch 2 out of 2 3/4",
    "Batch 2 out of 2 4/4",
  ]);
});

test("several pictures are shown together too, before them; one picture is not", async () => {
  const { views } = await draw({ batchCount: 3 });
  const pictures = views.at(-1)?.pictures ?? [];
  expect(pictures.map(({ caption }) => caption)).toEqual(["All 3", "Seed 9", "Seed 8", "Seed 7"]);
  const grid = await decodePicture(await readFile(pictures[0]?.path ?? ""));
  const one = await decodePicture(await readFile(pictures[1]?.path ?? ""));
  expect([grid.width, grid.height]).toEqual([one.width * 2, one.height * 2]);
  expect(pictures[0]?.parameters).toBe(pictures[3]?.parameters);
  const single = await draw({});
  expect(single.views.at(-1)?.pictures[0]).toMatchObject({ caption: "Seed 7" });
  settings = { ...settings, showsGrid: false };
  const apart = await draw({ batchCount: 2 });
  expect(apart.views.at(-1)?.pictures[0]).toMatchObject({ caption: "Seed 8" });
});

test("previews come as the settings say: off, every so many steps, only at the end of a batch", async () => {
  const asked: unknown[] = [];
  const watched: Parameters<typeof generateWork>[0] = {
    model: engine.model,
    load: (folderOfModel) => engine.load(folderOfModel),
    generate(request, hooks) {
      asked.push([request.preview, request.previewEvery]);
      return engine.generate(request, hooks);
    },
  };
  const previewsWith = async (changed: Partial<StudioSettings>) => {
    settings = { ...defaultSettings, ...changed };
    const request = { ...slow, prompt: "a boat", steps: 12, seed: 7, batchCount: 2, batchSize: 2 };
    const order = { request, model: engine.model, settings: () => settings, saver };
    board.add("ann", generateWork(watched, order));
    const counts = new Set<number>();
    for await (const { running } of board.watch("ann", { kind: "txt2img" }))
      if (running?.progress.previews) counts.add(running.progress.previews.length);
    return { counts: [...counts], inState: state.idLivePreview > 0 };
  };
  expect(await previewsWith({ livePreviews: false })).toEqual({ counts: [], inState: false });
  expect(await previewsWith({ previewEverySteps: -1 })).toEqual({ counts: [], inState: true });
  expect(await previewsWith({ previewEverySteps: 4 })).toEqual({ counts: [2], inState: true });
  const full = { previewEverySteps: 0, previewGrid: false, previewMethod: "full" } as const;
  expect(await previewsWith(full)).toEqual({ counts: [1], inState: true });
  expect(asked).toEqual([
    ["none", undefined],
    ["none", undefined],
    ["fast", 4],
    ["full", 1],
  ]);
});

test("pictures are saved for good where that is wanted, in the format and with the text that is wanted", async () => {
  settings = {
    ...settings,
    savesPictures: true,
    savesGrids: true,
    imageFormat: "webp",
    directoryPattern: "[model_name]",
  };
  await draw({ batchCount: 2 });
  const saved = join(folder, "outputs", "sd1");
  expect((await readdir(saved)).sort()).toEqual(["00000-7.webp", "00001-8.webp", "grid-0000.webp"]);
  const texts = await readTexts(await readFile(join(saved, "00001-8.webp")));
  expect(texts.get("parameters")).toContain("Seed: 8");
  settings = { ...settings, imageFormat: "jpeg", writesInfotext: false };
  await draw({});
  expect((await readTexts(await readFile(join(saved, "00002-7.jpg")))).size).toBe(0);
});

test("a picture that was stopped half-way is shown, and saved only if the settings say so", async () => {
  const interrupted = () =>
    draw(slow, ({ running }) => {
      if ((running?.progress.fraction ?? 0) > 0) board.stop("ann", { how: "interrupt" });
    });
  settings = { ...settings, savesPictures: true, directoryPattern: "" };
  expect((await interrupted()).views.at(-1)?.pictures).toHaveLength(1);
  expect(await readdir(join(folder, "outputs")).catch(() => [])).toEqual([]);
  settings = { ...settings, savesIncomplete: true };
  await interrupted();
  expect(await readdir(join(folder, "outputs"))).toEqual(["00000-7-a boat.png"]);
});

test("a picture that cannot be saved is shown, and its owner is told why", async () => {
  settings = { ...settings, savesPictures: true, saveFolder: "a\0b" };
  const { views, failure } = await draw({});
  expect(failure).toBeUndefined();
  expect(views.at(-1)?.pictures).toHaveLength(1);
  expect(board.userOf("ann").takeNotes("txt2img")).toMatchObject([
    { text: expect.stringContaining("Nothing could be saved") },
  ]);
});

test("an engine that dies in mid-job fails that job, and the next is drawn by a fresh one", async () => {
  let hasDied = false;
  const { failure } = await draw(slow, ({ running }) => {
    if (hasDied || (running?.progress.fraction ?? 0) === 0 || engine.pid === undefined) return;
    hasDied = true;
    process.kill(engine.pid, "SIGKILL");
  });
  expect(failure).toMatchObject({ code: "ENGINE_LOST" });
  expect(state.toDict()).toMatchObject({ job: "", job_count: 0 });
  expect((await draw({})).views.at(-1)?.pictures).toHaveLength(1);
});

test("two who press Interrupt at once stop the owner's job once, and nothing that comes after", async () => {
  const after = generateWork(engine, {
    request: { prompt: "later", steps: 4, seed: 3 },
    model: engine.model,
    settings: () => settings,
    saver,
  });
  let answers: readonly boolean[] = [];
  await draw(slow, ({ running }) => {
    if (answers.length > 0 || (running?.progress.fraction ?? 0) === 0) return;
    board.add("bob", after);
    answers = ["bob", "ann", "ann"].map((user) => board.stop(user, { how: "interrupt" }));
  });
  expect(answers).toEqual([false, true, true]);
  for await (const view of board.watch("bob", { kind: "txt2img" })) {
    if (view.pictures.length > 0) expect(view.pictures).toMatchObject([{ isIncomplete: false }]);
  }
  expect(board.viewOf("bob", "txt2img").pictures).toHaveLength(1);
});
