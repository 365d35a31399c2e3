import { describe, expect, test } from "vitest";
import { toPicture, type Picture } from "../../images/picture.ts";
import { PostprocessedImage } from "../postprocessed-image.ts";
import type { ScriptArgs, ScriptPostprocessing } from "../script-postprocessing.ts";
import { AutoSizedCropScript } from "./auto-sized-crop.ts";
import { FlippedCopiesScript } from "./flipped-copies.ts";
import { FocalCropScript } from "./focal-crop.ts";
import { SplitOversizedScript } from "./split-oversized.ts";

/** A picture whose red tells the column and whose green tells the row, from 0 to 255. */
function gradient(width: number, height: number): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data[pixel * 3] = Math.round(((pixel % width) / (width - 1)) * 255);
    data[pixel * 3 + 1] = Math.round((Math.floor(pixel / width) / (height - 1)) * 255);
  }
  return toPicture(data, { width, height, channels: 3 });
}

/** Grey, with a chequered square of 24 pixels. */
function withSquare(width: number, height: number, left: number): Picture {
  const top = 38;
  const data = new Uint8Array(width * height * 3);
  for (let y = top; y < top + 24; y++) {
    for (let x = left; x < left + 24; x++) {
      const light = (Math.floor((x - left) / 6) + Math.floor((y - top) / 6)) % 2 === 0;
      data.fill(light ? 255 : 0, (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return toPicture(data, { width, height, channels: 3 });
}

interface Target {
  readonly width: number;
  readonly height: number;
}

async function run(
  script: ScriptPostprocessing<Picture>,
  picture: Picture,
  { target, ...args }: ScriptArgs & { readonly target?: Target | undefined },
) {
  const pp = new PostprocessedImage(picture);
  if (target) Object.assign(pp.shared, { targetWidth: target.width, targetHeight: target.height });
  await script.process(pp, args, { signal: undefined });
  return pp;
}

const picturesOf = (pp: PostprocessedImage<Picture>) =>
  [pp, ...pp.extraImages].map((image) => (image instanceof PostprocessedImage ? image.image : image));
const sizesOf = (pp: PostprocessedImage<Picture>) =>
  picturesOf(pp).map(({ width, height }) => `${width}x${height}`);
const first = ({ data }: Picture, channel: 0 | 1) => data[channel] ?? -1;
const last = ({ data }: Picture, channel: 0 | 1) => data[data.length - 3 + channel] ?? -1;

describe.each([
  new SplitOversizedScript(),
  new FocalCropScript(),
  new AutoSizedCropScript(),
  new FlippedCopiesScript(),
])("$name", (script) => {
  test("does nothing unless it is enabled", async () => {
    const picture = gradient(300, 100);
    for (const args of [{}, { enable: false }, { enable: null }]) {
      const pp = await run(script, picture, {
        ...args,
        option: ["Horizontal"],
        target: { width: 64, height: 64 },
      });
      expect([pp.image === picture, pp.extraImages]).toEqual([true, []]);
    }
  });

  test("is off by default", () => {
    expect(script.ui()["enable"]?.options.value).toBe(false);
  });
});

describe("split oversized", () => {
  const script = new SplitOversizedScript();
  const enable = { enable: true };

  test("cuts a wide picture into overlapping pieces of the target's size, from end to end", async () => {
    const pp = await run(script, gradient(400, 100), { ...enable, target: { width: 100, height: 100 } });
    expect(sizesOf(pp)).toEqual(Array(5).fill("100x100"));
    const pieces = picturesOf(pp);
    expect([first(pieces[0]!, 0), last(pieces[4]!, 0)]).toEqual([0, 255]);
    const starts = pieces.map((piece) => Math.round((first(piece, 0) / 255) * 399));
    expect(starts).toEqual([0, 75, 150, 225, 300].map((start) => expect.closeTo(start, -0.4)));
  });

  test("cuts a tall picture from top to bottom, without overlap if none is wanted", async () => {
    const pp = await run(script, gradient(100, 400), {
      ...enable,
      overlapRatio: 0,
      target: { width: 50, height: 50 },
    });
    expect(sizesOf(pp)).toEqual(Array(4).fill("50x50"));
    expect(picturesOf(pp).map((piece) => last(piece, 1) > first(piece, 1))).toEqual(Array(4).fill(true));
  });

  test.each<[string, Picture, ScriptArgs & { target?: Target }]>([
    ["that is not long enough", gradient(150, 100), { ...enable, target: { width: 100, height: 100 } }],
    ["that fits", gradient(100, 100), { ...enable, splitThreshold: 1, target: { width: 100, height: 100 } }],
    ["without a target", gradient(400, 100), enable],
  ])("leaves a picture %s", async (_kind, picture, args) => {
    const pp = await run(script, picture, args);
    expect([pp.image === picture, pp.extraImages]).toEqual([true, []]);
  });

  test("refuses an overlap of everything", async () => {
    await expect(run(script, gradient(9, 9), { ...enable, overlapRatio: 1 })).rejects.toThrow(
      "Expected overlapRatio to be a number from 0 to 0.9, got 1.",
    );
  });
});

describe("focal crop", () => {
  const target = { width: 100, height: 100 };

  test.each([
    ["left", 20],
    ["right", 350],
  ])("keeps what stands out on the %s", async (_side, left) => {
    const pp = await run(new FocalCropScript(), withSquare(400, 100, left), {
      enable: true,
      faceWeight: 0,
      target,
    });
    expect(sizesOf(pp)).toEqual(["100x100"]);
    const lightPixels = pp.image.data.filter((value) => value === 255).length / 3;
    expect(lightPixels).toBe((24 * 24) / 2);
  });

  test("keeps a face that a finder sees, a third from its top", async () => {
    const findFaces = async () => [{ left: 10, top: 300, width: 40, height: 60 }];
    const script = new FocalCropScript({ findFaces });
    const pp = await run(script, gradient(100, 400), {
      enable: true,
      edgesWeight: 0,
      entropyWeight: 0,
      target,
    });
    const middle = (first(pp.image, 1) + last(pp.image, 1)) / 2;
    expect((middle / 255) * 399).toBeCloseTo(300 + 60 * 0.33, -0.7);
  });

  test("cuts the middle out where nothing counts", async () => {
    const weights = { faceWeight: 0, edgesWeight: 0, entropyWeight: 0 };
    const pp = await run(new FocalCropScript(), gradient(300, 100), { enable: true, ...weights, target });
    expect([first(pp.image, 0), last(pp.image, 0)]).toEqual([
      expect.closeTo(85, -0.7),
      expect.closeTo(170, -0.7),
    ]);
  });

  test.each([
    ["wider than the target's shape", gradient(400, 100), { width: 64, height: 48 }],
    ["not as wide as the target's shape", gradient(120, 100), { width: 200, height: 50 }],
    ["square", gradient(90, 90), { width: 33, height: 64 }],
    ["smaller than the target", gradient(10, 12), { width: 64, height: 64 }],
  ])("of a picture %s makes exactly the target", async (_kind, picture, size) => {
    const pp = await run(new FocalCropScript(), picture, { enable: true, target: size });
    expect(sizesOf(pp)).toEqual([`${size.width}x${size.height}`]);
  });

  test("adds a picture with its points that later scripts leave alone", async () => {
    const pp = await run(new FocalCropScript(), withSquare(400, 100, 20), {
      enable: true,
      debug: true,
      target,
    });
    expect(pp.extraImages).toMatchObject([
      { image: { width: 400, height: 100 }, nametags: ["focal-crop-debug"], disableProcessing: true },
    ]);
    const marked = picturesOf(pp)[1]!.data;
    expect(marked.some((value, at) => at % 3 === 0 && value === 255 && (marked[at + 2] ?? 0) < 40)).toBe(
      true,
    );
  });

  test("leaves a picture without a target", async () => {
    const picture = gradient(30, 20);
    expect((await run(new FocalCropScript(), picture, { enable: true })).image).toBe(picture);
  });
});

describe("auto-sized crop", () => {
  const script = new AutoSizedCropScript();

  test.each<[string, ScriptArgs, string]>([
    ["the largest area that fits the shape", {}, "704x576"],
    ["the smallest error", { objective: "Minimize error" }, "640x512"],
    ["the given bounds", { minDim: 64, maxDim: 128, minArea: 4096, threshold: 0.21 }, "128x128"],
  ])("takes %s", async (_kind, args, size) => {
    const pp = await run(script, gradient(100, 80), { enable: true, ...args });
    expect(sizesOf(pp)).toEqual([size]);
  });

  test("leaves a picture that no size fits, and says so", async () => {
    const picture = gradient(1000, 10);
    const pp = await run(script, picture, { enable: true });
    expect(pp.image).toBe(picture);
    expect(pp.info).toEqual({ "Auto-sized crop": "no size fits" });
  });

  test("with its lower bound above the upper leaves the picture", async () => {
    const picture = gradient(10, 10);
    expect((await run(script, picture, { enable: true, minDim: 800, maxDim: 400 })).image).toBe(picture);
  });
});

describe("flipped copies", () => {
  test("adds one picture for each direction, in a fixed order, and keeps the first", async () => {
    const picture = gradient(4, 3);
    const pp = await run(new FlippedCopiesScript(), picture, {
      enable: true,
      option: ["Both", "Horizontal"],
    });
    expect(pp.image).toBe(picture);
    const corners = picturesOf(pp).map((image) => [first(image, 0), first(image, 1)]);
    expect(corners).toEqual([
      [0, 0],
      [255, 0],
      [255, 255],
    ]);
  });

  test("refuses a direction there is not", async () => {
    await expect(
      run(new FlippedCopiesScript(), gradient(4, 3), { enable: true, option: ["Diagonal"] }),
    ).rejects.toThrow('Expected option to be a list of Horizontal, Vertical, Both, got ["Diagonal"].');
  });
});
