import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { gradient, hashOf, modelFolder, upscalerFolder } from "../pipeline/fixtures/models.ts";
import { generate } from "../pipeline/generate.ts";
import type { GenerateRequest } from "../pipeline/generation/request.ts";
import { StopControl } from "../pipeline/generation/stop-control.ts";
import { EngineProcess } from "./engine-process.ts";
import { longestBlockMs } from "./fixtures/longest-block.ts";

const engine = new EngineProcess({ model: modelFolder("sd1-layers"), upscalers: upscalerFolder });
afterAll(() => engine.close());

const request: GenerateRequest = { prompt: "a red house", seed: 7, steps: 6, cfgScale: 2 };
/** Long enough to be in the middle of it whenever something happens. */
const long: GenerateRequest = { ...request, steps: 1000, sampler: "Euler" };
/** Steps that take longer than the word of them and the answer to it: seventeen texts at once. */
const slow: GenerateRequest = {
  ...long,
  prompt: [..."abcdefghijklmnop"].join(" AND "),
  width: 1024,
  height: 1024,
  preview: "none",
};

describe("an engine in a process of its own", () => {
  test("draws what the pipeline draws, and reports what it reports", async () => {
    const steps: number[] = [];
    const seen: number[] = [];
    const result = await engine.generate(
      { ...request, batchCount: 2 },
      { onStep: ({ step }) => steps.push(step), onPicture: ({ seed }) => seen.push(seed) },
    );
    const here = await generate({ ...request, batchCount: 2, model: modelFolder("sd1-layers") });
    expect(result.pictures.map(({ picture }) => hashOf(picture))).toEqual(
      here.pictures.map(({ picture }) => hashOf(picture)),
    );
    expect(result.pictures[0]!.parameters).toBe(here.pictures[0]!.parameters);
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
    expect(seen).toEqual([7, 8]);
  });

  test("what a listener throws fails the job with just that, and the engine goes on", async () => {
    const fault = new Error("nobody can show this");
    const job = engine.generate(request, {
      onStep({ step }) {
        if (step === 2) throw fault;
      },
    });
    await expect(job).rejects.toBe(fault);
    expect((await engine.generate(request)).pictures).toHaveLength(1);
  });

  test("tells what its model can do", async () => {
    expect(await engine.info()).toEqual({
      name: "sd1-layers",
      family: "Stable Diffusion",
      startsFromPictures: true,
      isInpainting: false,
      mostClipSkip: 2,
      scheduler: "EulerDiscreteScheduler",
      width: 64,
      height: 64,
      steps: 20,
      cfgScale: 7,
      upscalers: ["None", "Lanczos", "Nearest", "soft-x2", "soft-x4-fixed"],
    });
  });

  test("lends its upscalers", async () => {
    const large = await engine.upscaler("soft-x2").upscaleOnce(gradient(600, 500), 2, { signal: undefined });
    expect(large).toMatchObject({ width: 1200, height: 1000 });
    const unknown = engine.upscaler("none such").upscaleOnce(gradient(8, 8), 2, { signal: undefined });
    await expect(unknown).rejects.toMatchObject({ code: "UPSCALER_UNKNOWN" });
  });

  test("says what is wrong with a request, code and hint with it, and goes on", async () => {
    const pid = engine.pid;
    await expect(engine.generate({ ...request, width: 100 })).rejects.toMatchObject({
      name: "StudioError",
      code: "SIZE_INVALID",
      hint: "Choose sizes that are multiples of 8, such as 104 × 64.",
    });
    await expect(
      engine.generate({ ...request, source: { picture: new Uint8Array(9) } }),
    ).rejects.toMatchObject({ code: "IMAGE_INVALID" });
    expect((await engine.generate(request)).pictures).toHaveLength(1);
    expect(engine.pid).toBe(pid);
  });

  test("jobs wait for each other in the order they came", async () => {
    const order: string[] = [];
    const jobs = ["first", "second", "third"].map((name) =>
      engine.generate(request, { onStep: ({ step }) => order.push(`${name} ${step}`) }),
    );
    await Promise.all(jobs);
    expect(order).toEqual(
      ["first", "second", "third"].flatMap((name) => [1, 2, 3, 4, 5, 6].map((n) => `${name} ${n}`)),
    );
  });
});

describe("stopping", () => {
  test("an abort is obeyed within the step at work, with the signal's own reason", async () => {
    const abort = new AbortController();
    const reason = new Error("the visitor left");
    let last = 0;
    const job = engine.generate(
      { ...slow, batchSize: 2 },
      {
        signal: abort.signal,
        onStep({ step }) {
          last = step;
          if (step === 5) abort.abort(reason);
        },
      },
    );
    await expect(job).rejects.toBe(reason);
    // One was at work; on a quick machine one more was on its way.
    expect(last).toBeGreaterThanOrEqual(5);
    expect(last).toBeLessThanOrEqual(7);
    expect((await engine.generate(request)).pictures).toHaveLength(1);
  });

  test("a job that waits is given up at once, and those behind it go on", async () => {
    const abort = new AbortController();
    const order: string[] = [];
    const first = engine.generate(request).then(() => order.push("first"));
    const second = engine.generate(long, { signal: abort.signal }).catch(() => order.push("second given up"));
    const third = engine.generate(request).then(() => order.push("third"));
    abort.abort();
    await Promise.all([first, second, third]);
    expect(order).toEqual(["second given up", "first", "third"]);
  });

  test.each<["skip" | "interrupt", readonly number[]]>([
    ["skip", [7, 8, 9, 10]],
    ["interrupt", [7, 8]],
  ])("%s is obeyed within the step at work", async (how, seeds) => {
    const control = new StopControl();
    let last = 0;
    const { pictures } = await engine.generate(
      { ...slow, batchSize: 2, batchCount: 3 },
      {
        control,
        onStep({ batch, step }) {
          if (batch > 1) return control.ask("interrupt");
          last = step;
          if (step === 5) control.ask(how);
        },
      },
    );
    expect(pictures.map(({ seed, isIncomplete }) => [seed, isIncomplete])).toEqual(
      seeds.map((seed) => [seed, true]),
    );
    expect(last).toBeGreaterThanOrEqual(5);
    expect(last).toBeLessThanOrEqual(7);
  });

  test("a job that was interrupted before its turn draws nothing", async () => {
    const control = new StopControl();
    control.interrupt();
    expect((await engine.generate(long, { control })).pictures).toEqual([]);
  });
});

describe("an engine that dies", () => {
  test("fails the job it was at; the next finds a fresh one", async () => {
    await engine.info();
    const killed = engine.pid!;
    const job = engine.generate(long, {
      onStep({ step }) {
        if (step === 3) process.kill(killed, "SIGKILL");
      },
    });
    const next = engine.generate(request);
    await expect(job).rejects.toMatchObject({
      code: "ENGINE_LOST",
      message: "The engine was killed (SIGKILL): somebody ended it, or the system was out of memory.",
    });
    expect((await next).pictures).toHaveLength(1);
    expect(engine.pid).not.toBe(killed);
  });

  test("between two jobs, fails none", async () => {
    process.kill(engine.pid!, "SIGKILL");
    expect((await engine.generate(request)).pictures).toHaveLength(1);
  });

  test("while it loads, is said, and the next try starts anew", async () => {
    await using other = new EngineProcess({ model: modelFolder("nowhere") });
    await expect(other.info()).rejects.toMatchObject({ code: "MODEL_FOLDER" });
    await expect(other.generate(request)).rejects.toMatchObject({ code: "MODEL_FOLDER" });
    expect((await other.load(modelFolder("sd1"))).name).toBe("sd1");
  });
});

describe("one engine after the other", () => {
  test("another model means another process, and the old one is gone", async () => {
    await using other = new EngineProcess({ model: modelFolder("sd1") });
    await other.info();
    const old = other.pid!;
    expect(isRunning(old)).toBe(true);
    expect((await other.load(modelFolder("sdxl"))).family).toBe("Stable Diffusion XL");
    expect(isRunning(old)).toBe(false);
    expect((await other.generate({ prompt: "a", steps: 1 })).pictures).toHaveLength(1);
  });

  test("closing fails what waits, ends the process, and refuses what comes", async () => {
    const other = new EngineProcess({ model: modelFolder("sd1") });
    await other.info();
    const pid = other.pid!;
    const working = other.generate(long);
    const waiting = other.generate(request);
    const both = Promise.allSettled([working, waiting]);
    await wait(50);
    await other.close();
    expect(
      (await both).map((end) => end.status === "rejected" && (end.reason as { code: string }).code),
    ).toEqual(["ENGINE_CLOSED", "ENGINE_CLOSED"]);
    expect(isRunning(pid)).toBe(false);
    await expect(other.info()).rejects.toMatchObject({ code: "ENGINE_CLOSED" });
  });
});

test("the event loop of the page's process is never blocked for 50 ms, whatever the engine does", async () => {
  await using other = new EngineProcess({ model: modelFolder("sd1-layers"), upscalers: upscalerFolder });
  const picture = gradient(1024, 1024);
  const longest = await longestBlockMs(async () => {
    await other.info();
    const source = { picture, strength: 0.5 };
    await other.generate({ ...request, source, preview: "full" }, { onStep: () => undefined });
    await other.upscaler("soft-x2").upscaleOnce(picture, 2, { signal: undefined });
  });
  expect(longest).toBeLessThan(50);
});

test("the engine's process ends with the one that started it", async () => {
  const source = `import { EngineProcess } from ${JSON.stringify(new URL("engine-process.ts", import.meta.url).href)};
    const engine = new EngineProcess({ model: ${JSON.stringify(modelFolder("sd1"))} });
    await engine.info();
    console.log(engine.pid);
    process.kill(process.pid, "SIGKILL");`;
  const { spawn } = await import("node:child_process");
  const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", source], {
    cwd: import.meta.dirname,
  });
  let text = "";
  parent.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  await new Promise((resolve) => parent.once("close", resolve));
  const pid = Number(text);
  expect(pid).toBeGreaterThan(0);
  while (isRunning(pid) && !(await isZombie(pid))) await wait(20);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Ended, and only waiting for its parent to notice. */
async function isZombie(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return / Z /.test(status);
}
