import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EngineProcess } from "../engine/engine-process.ts";
import type { Picture } from "../images/picture.ts";
import { SharedState } from "../jobs/shared-state.ts";
import { gradient, modelFolder, upscalerFolder } from "../pipeline/fixtures/models.ts";
import { builtInScripts } from "./built-in-scripts.ts";
import { drawFaces, featuresOf, networksFolder, pixelAt, type DrawnFace } from "./fixtures/drawn-faces.ts";
import { findPictureNetworks } from "./picture-networks.ts";
import { PostprocessedImage } from "./postprocessed-image.ts";
import { ScriptPostprocessingRunner } from "./runner.ts";
import type { ScriptArgs } from "./script-postprocessing.ts";
import { listUpscalers } from "./upscalers/upscale-picture.ts";
import type { Upscaler } from "./upscalers/upscaler.ts";

const face: DrawnFace = { x: 480, y: 150, eyes: 70 };
const standard = [
  "Upscale",
  "Split oversized images",
  "Auto focal point crop",
  "Auto-sized crop",
  "Create flipped copies",
  "Caption",
];

let folder: string;
let engine: EngineProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "networks-"));
  engine = new EngineProcess({ model: modelFolder("sd1") });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

function createRunner(modelsFolder: string) {
  const scripts = builtInScripts({
    engine,
    networks: findPictureNetworks(modelsFolder),
    upscalers: listUpscalers(),
  });
  return new ScriptPostprocessingRunner<Picture>({ scripts, state: new SharedState() });
}

async function run(picture: Picture, args: Readonly<Record<string, ScriptArgs>>) {
  const runner = createRunner(networksFolder);
  const pp = new PostprocessedImage(picture);
  const { failures } = await runner.run(pp, runner.createArgsForRun(args));
  expect(failures).toEqual([]);
  return pp;
}

describe("scripts that need a network", () => {
  test("are there only when it is, faces only with a detector as well", async () => {
    const names = () =>
      createRunner(folder)
        .setupUi()
        .map(({ script }) => script.name);
    expect(names()).toEqual(standard);
    await put("GFPGAN/GFPGANv1.4.onnx", "GFPGAN/GFPGANv1.4.onnx");
    await mkdir(join(folder, "taggers", "empty"), { recursive: true });
    await writeFile(join(folder, "GFPGAN", "GFPGANv1.4.pth"), "of another program");
    expect(names()).toEqual(standard);
    await put("face_detection/yunet.onnx", "GFPGAN/detection_yunet.onnx");
    expect(names()).toEqual(["Upscale", "GFPGAN", ...standard.slice(1)]);
    await put("Codeformer/codeformer.onnx", "codeformer/codeformer.onnx");
    expect(names()).toEqual(["Upscale", "GFPGAN", "CodeFormer", ...standard.slice(1)]);
  });

  test("of several networks the newest is taken, numbers counted", async () => {
    await put("GFPGAN/GFPGANv1.4.onnx", "GFPGAN/GFPGANv1.10.onnx");
    expect(findPictureNetworks(folder).gfpgan).toMatchObject({
      restorer: expect.stringMatching(/GFPGANv1\.10\.onnx$/),
      detector: expect.stringMatching(/detection_yunet\.onnx$/),
    });
    expect(findPictureNetworks(join(folder, "nowhere"))).toEqual({ taggers: [] });
  });
});

describe("in the engine's process", () => {
  test("GFPGAN restores a face by the visibility that is wanted", async () => {
    const picture = await drawFaces({ width: 640, height: 400 }, [face]);
    const [eye] = featuresOf(face);
    const whole = await run(picture, { GFPGAN: { enable: true } });
    expect(pixelAt(whole.image, eye!)[0]).toBeGreaterThan(245);
    expect(whole.info).toEqual({ "GFPGAN visibility": 1 });
    const half = await run(picture, { GFPGAN: { enable: true, gfpganVisibility: 0.50049 } });
    expect(Math.abs(pixelAt(half.image, eye!)[0]! - 128)).toBeLessThan(6);
    expect(half.info).toEqual({ "GFPGAN visibility": 0.5 });
  });

  test("CodeFormer takes its weight", async () => {
    const picture = await drawFaces({ width: 640, height: 400 }, [face]);
    const strong = await run(picture, { CodeFormer: { enable: true } });
    expect(pixelAt(strong.image, face)).toEqual([0, 255, 255]);
    expect(strong.info).toEqual({ "CodeFormer visibility": 1, "CodeFormer weight": 0 });
    const weak = await run(picture, { CodeFormer: { enable: true, codeformerWeight: 1 } });
    expect(weak.info).toMatchObject({ "CodeFormer weight": 1 });
    expect(Math.abs(pixelAt(weak.image, face)[0]! - pixelAt(picture, face)[0]!)).toBeLessThan(3);
  });

  test.each([
    ["is off", { enable: false }],
    ["is not visible", { enable: true, gfpganVisibility: 0 }],
  ])("a picture stays the very same where GFPGAN %s", async (_words, args) => {
    const picture = await drawFaces({ width: 640, height: 400 }, [face]);
    const pp = await run(picture, { GFPGAN: args });
    expect([pp.image === picture, pp.info]).toEqual([true, {}]);
  });

  test("and where there is no face, which is said", async () => {
    const picture = await drawFaces({ width: 64, height: 40 }, []);
    const pp = await run(picture, { GFPGAN: { enable: true, gfpganVisibility: 0.5 } });
    expect([pp.image === picture, pp.info]).toEqual([true, { "GFPGAN visibility": 0.5, "GFPGAN faces": 0 }]);
  });

  test("the focal crop keeps a face that the detector sees", async () => {
    const picture = await drawFaces({ width: 640, height: 400 }, [face]);
    const crop = { enable: true, faceWeight: 1, entropyWeight: 0, edgesWeight: 0 };
    const upscale = { upscaleMode: "Scale to", upscaleToWidth: 200, upscaleToHeight: 400 };
    const pp = await run(picture, { Upscale: upscale, "Auto focal point crop": crop });
    expect(pp.image).toMatchObject({ width: 200, height: 400 });
    // The left eye stood at 445; the crop begins at 380, a hundred before the face's middle.
    expect(pixelAt(pp.image, { x: 445 - 380, y: 115 })).toEqual([0, 0, 255]);
  });

  test("a tagger captions, with what was chosen, beside the picture's own parameters", async () => {
    const picture = await drawFaces({ width: 64, height: 64 }, [{ x: 32, y: 32, eyes: 20 }]);
    const runner = createRunner(networksFolder);
    const pp = new PostprocessedImage(
      picture,
      new Map([["parameters", "a drawing\nSteps: 1, Seed: 2, Size: 8x8"]]),
    );
    const args = {
      enable: true,
      option: ["Parameters", "wd-tiny"],
      threshold: 0.5,
      characterThreshold: 1,
      spaces: false,
    };
    const { failures } = await runner.run(pp, runner.createArgsForRun({ Caption: args }));
    expect(failures).toEqual([]);
    expect(pp.caption).toMatch(/^a drawing, red_hair/);
    expect(Object.keys(runner.setupUi().at(-1)?.controls ?? {})).toContain("threshold");
    expect(Object.keys(createRunner(folder).setupUi().at(-1)?.controls ?? {})).toEqual(["enable", "option"]);
  });

  test("a network that is none is reported with its code, and the engine goes on", async () => {
    await writeFile(join(folder, "GFPGAN", "GFPGANv1.10.onnx"), "no network");
    const runner = createRunner(folder);
    const pp = new PostprocessedImage(await drawFaces({ width: 640, height: 400 }, [face]));
    const { failures } = await runner.run(pp, runner.createArgsForRun({ GFPGAN: { enable: true } }));
    expect(failures).toMatchObject([{ script: "GFPGAN", error: { code: "MODEL_FILE" } }]);
    await put("GFPGAN/GFPGANv1.4.onnx", "GFPGAN/GFPGANv1.10.onnx");
    const again = await runner.run(pp, runner.createArgsForRun({ GFPGAN: { enable: true } }));
    expect(again.failures).toEqual([]);
  });
});

test("an interrupt during upscaling frees the engine: the next job has it to itself", async () => {
  await using upscaling = new EngineProcess({ model: modelFolder("sd1"), upscalers: upscalerFolder });
  const state = new SharedState();
  const large = gradient(1600, 1600);
  const inEngine = upscaling.upscaler("soft-x4-fixed");
  const ends: string[] = [];
  const watched: Upscaler = {
    name: inEngine.name,
    async upscaleOnce(picture, factor, context) {
      const work = inEngine.upscaleOnce(picture, factor, context);
      await work.then(
        () => ends.push("finished"),
        () => ends.push("given up"),
      );
      return work;
    },
  };
  const upscalers = listUpscalers([watched]);
  const scripts = builtInScripts({ engine: upscaling, networks: findPictureNetworks(folder), upscalers });
  const runner = new ScriptPostprocessingRunner<Picture>({ scripts, state });
  const args = runner.createArgsForRun({ Upscale: { upscaler1Name: "soft-x4-fixed" } });
  await upscaling.info();
  setTimeout(() => state.interrupt(), 100);
  const pp = new PostprocessedImage(large);
  const report = await runner.run(pp, args);
  expect([report.isComplete, report.failures, pp.image === large]).toEqual([false, [], true]);
  state.begin("extras");
  const small = new PostprocessedImage(gradient(8, 8));
  expect(await runner.run(small, args)).toEqual({ failures: [], isComplete: true });
  expect(small.image).toMatchObject({ width: 32, height: 32 });
  expect(ends).toEqual(["given up", "finished"]);
});

async function put(from: string, to: string): Promise<void> {
  await mkdir(dirname(join(folder, to)), { recursive: true });
  await copyFile(join(networksFolder, from), join(folder, to));
}
