import { describe, expect, test } from "vitest";
import { SharedState, type SharedStateOptions } from "./shared-state.ts";

function createState(options: SharedStateOptions<string, string> = {}): SharedState<string, string> {
  return new SharedState<string, string>({ decode: (latent) => `one:${latent}`, ...options });
}

describe("calls in an order nobody planned", () => {
  test("parts beyond the count are counted on, and a job without a count stays unknown", async () => {
    const state = createState();
    state.begin("txt2img");
    await state.nextJob();
    expect(state.toDict()).toMatchObject({ job_count: -1, job_no: 1 });
    state.jobCount = 2;
    for (let part = 0; part < 4; part++) await state.nextJob();
    expect(state.toDict()).toMatchObject({ job_count: 2, job_no: 5 });
  });

  test("all three stops stand side by side over the next part and the end, and go with the next beginning", async () => {
    const state = createState();
    state.begin("txt2img");
    for (const stop of ["skip", "interrupt", "stopGenerating"] as const) state[stop]();
    const stops = { skipped: true, interrupted: true, stopping_generation: true };
    await state.nextJob();
    expect(state.toDict()).toMatchObject(stops);
    state.end();
    expect(state.toDict()).toMatchObject({ ...stops, job: "", job_count: 0, job_no: 1 });
    state.begin("extras");
    expect(state.toDict()).toMatchObject({ skipped: false, interrupted: false, stopping_generation: false });
  });

  test("a stop while nothing runs is there until a job begins", () => {
    const state = createState();
    state.interrupt();
    state.skip();
    expect(state.toDict()).toMatchObject({ interrupted: true, skipped: true, job_count: 0 });
    state.begin();
    expect(state.toDict()).toMatchObject({ interrupted: false, skipped: false, job: "(unknown)" });
  });

  test("a job that begins before the other has ended takes its place; two ends are one", () => {
    const state = createState();
    state.begin("first");
    state.jobCount = 3;
    state.begin("second");
    expect(state.toDict()).toMatchObject({ job: "second", job_count: -1, job_no: 0 });
    state.end();
    state.end();
    expect(state.toDict()).toMatchObject({ job: "", job_count: 0 });
  });

  test("a part that goes on after the end is counted, as nobody stops it", async () => {
    const state = createState({ previewEverySteps: -1 });
    state.begin("txt2img");
    state.end();
    state.currentLatent = "late";
    await state.nextJob();
    expect(state).toMatchObject({ jobNo: 1, currentImage: "one:late", idLivePreview: 1, jobCount: 0 });
  });

  test("previews count from the step of the last one, also when the sampler starts anew", async () => {
    const state = createState({ previewEverySteps: 3 });
    state.begin("txt2img");
    state.currentLatent = "L";
    const shownAt: number[] = [];
    for (const step of [1, 2, 3, 4, 5, 6, 0, 2, 8, 9, 11]) {
      state.samplingStep = step;
      const before = state.idLivePreview;
      await state.setCurrentImage();
      if (state.idLivePreview > before) shownAt.push(step);
    }
    // A sampler that starts anew within a part does not bring the last preview's step back.
    expect(shownAt).toEqual([3, 6, 9]);
    await state.nextJob();
    state.samplingStep = 3;
    await state.setCurrentImage();
    expect(state).toMatchObject({ idLivePreview: 4, currentImageSamplingStep: 3 });
  });

  test("a preview that is assigned counts, and leaves the step of the last one that was made", () => {
    const state = createState();
    state.begin("extras");
    state.samplingStep = 12;
    state.assignCurrentImage("a.png");
    state.assignCurrentImage("a.png");
    expect(state).toMatchObject({ currentImage: "a.png", idLivePreview: 2, currentImageSamplingStep: 0 });
  });

  test("the values of toDict are what JSON makes of them: flags, whole numbers and texts", () => {
    const state = createState();
    state.begin("txt2img");
    const dict = state.toDict();
    expect(JSON.parse(JSON.stringify(dict))).toEqual(dict);
    expect(Object.values(dict).map((value) => typeof value)).toEqual([
      "boolean",
      "boolean",
      "boolean",
      "string",
      "number",
      "string",
      "number",
      "number",
      "number",
    ]);
    expect(dict.job_timestamp).toMatch(/^\d{14}$/);
  });

  test("needRestart is the command: another in its place, or taking it, ends the need", async () => {
    const state = createState();
    state.needRestart = true;
    state.serverCommand = "stop";
    expect([state.needRestart, state.serverCommand]).toEqual([false, "stop"]);
    state.requestRestart();
    state.needRestart = false;
    expect(state.needRestart).toBe(true);
    expect(await state.waitForServerCommand(1)).toBe("restart");
    expect([state.needRestart, state.serverCommand, state.interrupted]).toEqual([false, undefined, true]);
  });

  test("who gave up waiting takes nothing from who waits on", async () => {
    const state = createState();
    const gaveUp = state.waitForServerCommand(1);
    const waits = state.waitForServerCommand();
    expect(await gaveUp).toBeUndefined();
    state.serverCommand = "restart";
    expect(await waits).toBe("restart");
  });
});
