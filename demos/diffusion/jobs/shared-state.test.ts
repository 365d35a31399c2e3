import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { SharedState, type SharedStateOptions } from "./shared-state.ts";

type Operation = readonly [name: string, ...values: unknown[]];

interface RecordedStep {
  readonly op: Operation;
  readonly returned: string | null;
  readonly dict: Record<string, unknown>;
  readonly image: string | null;
  readonly id_live_preview: number;
  readonly image_step: number;
  readonly need_restart: boolean;
  readonly server_command: string | null;
}

interface RecordedTrace {
  readonly scenario: { readonly title: string; readonly ops: readonly Operation[] };
  readonly after: readonly RecordedStep[];
}

const traces: readonly RecordedTrace[] = JSON.parse(
  await readFile(new URL("./fixtures/shared_state_traces.json", import.meta.url), "utf8"),
);

const startOfTest = new Date(2026, 2, 4, 5, 6, 7, 500);

function createState(options: SharedStateOptions<string, string> = {}): SharedState<string, string> {
  return new SharedState<string, string>({
    decode: (latent, { asGrid }) => `${asGrid ? "grid" : "one"}:${latent}`,
    now: () => startOfTest,
    ...options,
  });
}

function setField(state: SharedState<string, string>, name: unknown, value: unknown): void {
  if (name === "job_count") state.jobCount = Number(value);
  else if (name === "sampling_step") state.samplingStep = Number(value);
  else if (name === "sampling_steps") state.samplingSteps = Number(value);
  else if (name === "current_latent") state.currentLatent = String(value);
  else if (name === "server_command") state.serverCommand = String(value);
  else if (name === "need_restart") state.needRestart = value === true;
  else throw new Error(`The trace sets ${String(name)}, which this test does not know.`);
}

async function perform(
  state: SharedState<string, string>,
  [name, ...values]: Operation,
): Promise<string | null> {
  const [first] = values;
  if (name === "begin") state.begin(...(typeof first === "string" ? [first] : []));
  else if (name === "end") state.end();
  else if (name === "nextjob") await state.nextJob();
  else if (name === "skip") state.skip();
  else if (name === "interrupt") state.interrupt();
  else if (name === "set_current_image") await state.setCurrentImage();
  else if (name === "request_restart") state.requestRestart();
  else if (name === "set") setField(state, first, values[1]);
  else if (name === "wait") return (await state.waitForServerCommand(1)) ?? null;
  else throw new Error(`The trace calls ${name}, which this test does not know.`);
  return null;
}

function describeState(state: SharedState<string, string>) {
  const dict = state.toDict();
  return {
    dict: { ...dict, job_timestamp: dict.job_timestamp === "0" ? "0" : "(time)" },
    image: state.currentImage ?? null,
    id_live_preview: state.idLivePreview,
    image_step: state.currentImageSamplingStep,
    need_restart: state.needRestart,
    server_command: state.serverCommand ?? null,
  };
}

test.each(traces)("$scenario.title: every call leaves the recorded state", async ({ after }) => {
  const state = createState();
  for (const { op, returned, ...recorded } of after) {
    expect(await perform(state, op)).toBe(returned);
    expect(describeState(state)).toEqual(recorded);
  }
});

test("toDict has exactly the nine documented keys, in their order", () => {
  expect(Object.keys(createState().toDict())).toEqual([
    "skipped",
    "interrupted",
    "stopping_generation",
    "job",
    "job_count",
    "job_timestamp",
    "job_no",
    "sampling_step",
    "sampling_steps",
  ]);
});

describe("a job", () => {
  test("begins with everything of the previous one forgotten, but for the sampler's number of steps", async () => {
    const state = createState({ previewEverySteps: 0 });
    state.begin("first");
    Object.assign(state, {
      samplingSteps: 20,
      samplingStep: 3,
      currentLatent: "L",
      textInfo: "a.png",
      jobCount: 2,
    });
    state.processingHasRefinedJobCount = true;
    await state.setCurrentImage();
    await state.nextJob();
    for (const stop of ["skip", "interrupt", "stopGenerating"] as const) state[stop]();
    state.begin();
    expect(state).toMatchObject({
      job: "(unknown)",
      jobNo: 0,
      jobCount: -1,
      samplingStep: 0,
      samplingSteps: 20,
      currentLatent: undefined,
      currentImage: undefined,
      currentImageSamplingStep: 0,
      idLivePreview: 0,
      textInfo: undefined,
      skipped: false,
      interrupted: false,
      stoppingGeneration: false,
      processingHasRefinedJobCount: false,
    });
  });

  test("is stamped with local time, and knows when it and the server started", () => {
    const state = createState();
    expect(state).toMatchObject({ jobTimestamp: "0", timeStart: undefined });
    state.begin("txt2img");
    const seconds = startOfTest.getTime() / 1000;
    expect(state).toMatchObject({ jobTimestamp: "20260304050607", timeStart: seconds, serverStart: seconds });
  });

  test("ends with its counters, stops and preview still readable", () => {
    const state = createState();
    state.begin("txt2img");
    state.assignCurrentImage("picture");
    state.interrupt();
    state.end();
    expect(state).toMatchObject({
      job: "",
      jobCount: 0,
      interrupted: true,
      currentImage: "picture",
      idLivePreview: 1,
    });
  });

  test("may end without having begun", () => {
    const lines: string[] = [];
    const state = createState({ log: (line) => lines.push(line) });
    state.end();
    expect(state.toDict()).toMatchObject({ job: "", job_count: 0 });
    expect(lines).toEqual([]);
  });

  test("is logged at its end, with the stops in between", () => {
    const lines: string[] = [];
    let time = 1_000;
    const state = createState({ log: (line) => lines.push(line), now: () => new Date(time) });
    state.begin("txt2img");
    state.skip();
    state.stopGenerating();
    time += 2_500;
    state.end();
    expect(lines).toEqual([
      "Skip was asked for.",
      "A stop after this picture was asked for.",
      "Job txt2img ended after 2.5 s.",
    ]);
  });
});

describe("previews", () => {
  function atStep(options: SharedStateOptions<string, string>, step: number): SharedState<string, string> {
    const state = createState(options);
    state.begin("txt2img");
    state.currentLatent = "L";
    state.samplingStep = step;
    return state;
  }

  test("with an interval of -1 come only at the end of a picture", async () => {
    const state = atStep({ previewEverySteps: -1 }, 15);
    await state.setCurrentImage();
    expect(state.currentImage).toBeUndefined();
    await state.nextJob();
    expect(state).toMatchObject({
      currentImage: "one:L",
      idLivePreview: 1,
      currentImageSamplingStep: 0,
      jobNo: 1,
    });
  });

  test("with an interval of 0 come at every poll", async () => {
    const state = atStep({ previewEverySteps: 0 }, 0);
    await state.setCurrentImage();
    await state.setCurrentImage();
    expect(state.idLivePreview).toBe(2);
  });

  test("that are switched off never come by themselves, and may be switched on during a job", async () => {
    const state = atStep({ livePreviews: false }, 15);
    await state.setCurrentImage();
    state.options = { ...state.options, previewEverySteps: -1 };
    await state.nextJob();
    expect(state.idLivePreview).toBe(0);
    state.options = { ...state.options, livePreviews: true };
    await state.nextJob();
    expect(state.idLivePreview).toBe(1);
  });

  test("are left to the sampler where a poll may not decode", async () => {
    const state = atStep({ decodesOnPoll: false }, 15);
    await state.setCurrentImage();
    expect(state.idLivePreview).toBe(0);
    await state.doSetCurrentImage();
    expect(state).toMatchObject({ idLivePreview: 1, currentImageSamplingStep: 15 });
  });

  test("show the batch as a grid where that is wanted", async () => {
    const state = atStep({ previewGrid: true }, 15);
    await state.setCurrentImage();
    expect(state.currentImage).toBe("grid:L");
  });

  test("lose their transparency as JPEG only", () => {
    const flatten = (image: string) => `${image} on white`;
    const shown = (["png", "jpeg", "webp"] as const).map((previewFormat) => {
      const state = createState({ previewFormat, flatten });
      state.assignCurrentImage("picture");
      return state.currentImage;
    });
    expect(shown).toEqual(["picture", "picture on white", "picture"]);
  });

  test("without a latent or without a decoder do nothing", async () => {
    const empty = createState();
    await empty.doSetCurrentImage();
    const blind = new SharedState<string, string>();
    blind.currentLatent = "L";
    await blind.doSetCurrentImage();
    expect([empty.idLivePreview, blind.idLivePreview]).toEqual([0, 0]);
  });

  test("that fail are reported and the job goes on", async () => {
    const errors: unknown[] = [];
    const broken = new Error("half a model");
    const failures: SharedStateOptions<string, string>["decode"][] = [
      () => {
        throw broken;
      },
      () => Promise.reject(broken),
    ];
    for (const decode of failures) {
      const state = atStep(
        { ...(decode ? { decode } : {}), onPreviewError: (error) => errors.push(error) },
        15,
      );
      await state.setCurrentImage();
      expect(state).toMatchObject({ idLivePreview: 0, currentImageSamplingStep: 0 });
    }
    expect(errors).toEqual([broken, broken]);
  });

  test("from a decoder that answers at once are in place without waiting", () => {
    const state = atStep({}, 15);
    void state.setCurrentImage();
    expect(state.currentImage).toBe("one:L");
  });
});

describe("a decoder that takes its time", () => {
  function slowState() {
    const answers: ((image: string) => void)[] = [];
    const decode = () => new Promise<string>((resolve) => answers.push(resolve));
    const state = createState({ decode, previewEverySteps: 1 });
    state.begin("first");
    state.currentLatent = "L";
    state.samplingStep = 4;
    return { state, answers };
  }

  test("is asked once, however many poll meanwhile", async () => {
    const { state, answers } = slowState();
    const polls = [state.setCurrentImage(), state.setCurrentImage()];
    answers[0]?.("picture");
    await Promise.all(polls);
    expect([answers.length, state.idLivePreview]).toEqual([1, 1]);
  });

  test("has its picture counted at the step it was asked at", async () => {
    const { state, answers } = slowState();
    const poll = state.setCurrentImage();
    state.samplingStep = 9;
    answers[0]?.("picture");
    await poll;
    expect(state).toMatchObject({ currentImage: "picture", currentImageSamplingStep: 4 });
  });

  test("does not show its picture in the job that began meanwhile", async () => {
    const { state, answers } = slowState();
    const late = state.setCurrentImage();
    state.begin("second");
    state.currentLatent = "M";
    state.samplingStep = 1;
    const own = state.setCurrentImage();
    answers[0]?.("of the first job");
    answers[1]?.("of the second job");
    await Promise.all([late, own]);
    expect(state).toMatchObject({ currentImage: "of the second job", idLivePreview: 1 });
  });

  test("does not delay the first preview of the next part", async () => {
    const { state, answers } = slowState();
    const poll = state.setCurrentImage();
    void state.nextJob();
    answers[0]?.("picture");
    await poll;
    expect(state).toMatchObject({ currentImage: "picture", currentImageSamplingStep: 0 });
  });
});

describe("server commands", () => {
  test("wake who waits, without anybody blocking the process", async () => {
    const state = createState();
    const waiting = state.waitForServerCommand();
    const turns: number[] = [];
    await new Promise<void>((resolve) => setTimeout(() => resolve(void turns.push(1)), 1));
    state.serverCommand = "stop";
    expect(await waiting).toBe("stop");
    expect([turns, state.serverCommand]).toEqual([[1], undefined]);
  });

  test("given twice before somebody takes them: only the last counts", async () => {
    const state = createState();
    const waiting = state.waitForServerCommand(1_000);
    state.serverCommand = "stop";
    state.requestRestart();
    expect(await waiting).toBe("restart");
    expect(await state.waitForServerCommand(0)).toBeUndefined();
  });

  test("go to one of several who wait, first come first served", async () => {
    const state = createState();
    const first = state.waitForServerCommand(60_000);
    const second = state.waitForServerCommand(60_000);
    state.serverCommand = "stop";
    expect(await first).toBe("stop");
    state.serverCommand = "restart";
    expect(await second).toBe("restart");
  });

  test("that nobody waited for in time stay for the next", async () => {
    const state = createState();
    expect(await state.waitForServerCommand(1)).toBeUndefined();
    state.serverCommand = "stop";
    await Promise.resolve();
    expect(await state.waitForServerCommand(0)).toBe("stop");
  });

  test("set to undefined wake who waits with nothing", async () => {
    const state = createState();
    const waiting = state.waitForServerCommand();
    state.serverCommand = undefined;
    expect(await waiting).toBeUndefined();
  });

  test("waiting longer than a timer can count is waiting for ever", async () => {
    const state = createState();
    const waiting = state.waitForServerCommand(2 ** 40);
    await new Promise((resolve) => setTimeout(resolve, 5));
    state.serverCommand = "stop";
    expect(await waiting).toBe("stop");
  });

  test("survive the beginning of a job, which clears only the stops", () => {
    const state = createState();
    state.requestRestart();
    expect(state).toMatchObject({ interrupted: true, needRestart: true });
    state.begin("txt2img");
    expect(state).toMatchObject({ interrupted: false, needRestart: true });
  });
});
