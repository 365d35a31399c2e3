import { describe, expect, test } from "vitest";
import { toPicture, type Picture } from "../../images/picture.ts";
import { resizePicture } from "../../images/picture-edits.ts";
import { PostprocessedImage } from "../postprocessed-image.ts";
import type { ScriptArgs } from "../script-postprocessing.ts";
import { findUpscaler, listUpscalers, upscalePicture } from "../upscalers/upscale-picture.ts";
import type { Upscaler } from "../upscalers/upscaler.ts";
import { limitSize } from "./limit-size.ts";
import { UpscaleScript, type UpscaleOptions } from "./upscale.ts";

function flat(width: number, height: number, value = 50): Picture {
  return toPicture(new Uint8Array(width * height * 3).fill(value), { width, height, channels: 3 });
}

/** Doubles the size as a network would, whatever is asked, and counts how often. */
function doubling(name = "Net x2"): Upscaler & { calls: number } {
  return {
    name,
    calls: 0,
    upscaleOnce(picture) {
      this.calls += 1;
      return resizePicture(picture, { width: picture.width * 2, height: picture.height * 2 }, "nearest");
    },
  };
}

function setup(options: Partial<UpscaleOptions> = {}, models: readonly Upscaler[] = []) {
  return new UpscaleScript({ upscalers: () => listUpscalers(models), ...options });
}

async function upscale(
  picture: Picture,
  args: ScriptArgs,
  script = setup(),
): Promise<PostprocessedImage<Picture>> {
  const pp = new PostprocessedImage(picture);
  script.processFirstPass(pp, args);
  await script.process(pp, args, { signal: undefined });
  return pp;
}

const sizeOf = ({ image: { width, height } }: PostprocessedImage<Picture>) => [width, height];

describe("scaling by a factor", () => {
  test("makes the exact size, says so, and tells the others beforehand", async () => {
    const pp = await upscale(flat(10, 5), { upscaleBy: 2.5, upscaler1Name: "Lanczos" });
    expect(sizeOf(pp)).toEqual([25, 13]);
    expect(pp.info).toEqual({ "Postprocess upscale by": 2.5, "Postprocess upscaler": "Lanczos" });
    expect(pp.shared).toEqual({ targetWidth: 25, targetHeight: 13 });
    expect(pp.nametags).toEqual([]);
  });

  test("above the longest side makes that side, and says both", async () => {
    const pp = await upscale(flat(10, 20), {
      upscaleBy: 4,
      maxSideLength: 40,
      upscaler1Name: "Nearest",
      upscaleCrop: true,
    });
    expect(sizeOf(pp)).toEqual([20, 40]);
    expect(pp.info).toEqual({
      "Postprocess upscale to": "20x40",
      "Max side length": 40,
      "Postprocess upscaler": "Nearest",
    });
    expect(pp.shared).toEqual({ targetWidth: 20, targetHeight: 40 });
  });

  test("below the longest side changes nothing", async () => {
    expect(
      sizeOf(await upscale(flat(10, 20), { upscaleBy: 2, maxSideLength: 40, upscaler1Name: "Nearest" })),
    ).toEqual([20, 40]);
  });
});

describe("scaling to a size", () => {
  const to = { upscaleMode: "Scale to", upscaleToWidth: 30, upscaleToHeight: 30, upscaler1Name: "Nearest" };

  test("covers it, keeping the picture's shape", async () => {
    const pp = await upscale(flat(10, 20), to);
    expect(sizeOf(pp)).toEqual([30, 60]);
    expect(pp.info).toEqual({ "Postprocess upscale to": "30x30", "Postprocess upscaler": "Nearest" });
    expect(pp.shared).toEqual({ targetWidth: 30, targetHeight: 30 });
  });

  test("and cropping makes exactly it", async () => {
    const pp = await upscale(flat(10, 20), { ...to, upscaleCrop: true });
    expect(sizeOf(pp)).toEqual([30, 30]);
    expect(pp.info["Postprocess crop to"]).toBe("30x30");
    expect(new Set(pp.image.data)).toEqual(new Set([50]));
  });

  test("works by the number of the mode, as API clients send it", async () => {
    expect(sizeOf(await upscale(flat(10, 20), { ...to, upscaleMode: 1 }))).toEqual([30, 60]);
  });
});

describe("when there is nothing to do", () => {
  test.each<[string, ScriptArgs]>([
    ["it is off", { upscaleEnabled: false, upscaler1Name: "Lanczos" }],
    ["it was given nothing", { upscaleEnabled: null, upscaler1Name: "Lanczos" }],
    [
      "the first upscaler is None, whatever the second",
      { upscaler1Name: "None", upscaler2Name: "Lanczos", upscaler2Visibility: 1 },
    ],
    ["no upscaler was named", {}],
  ])("because %s, the picture stays the very same", async (_reason, args) => {
    const picture = flat(4, 4);
    const pp = await upscale(picture, args);
    expect(pp.image).toBe(picture);
    expect(pp.info).toEqual({});
  });

  test("the target is told to the cropping scripts all the same", async () => {
    const pp = await upscale(flat(4, 4), {
      upscaleEnabled: false,
      upscaleMode: "Scale to",
      upscaleToWidth: 64,
      upscaleToHeight: 32,
    });
    expect(pp.shared).toEqual({ targetWidth: 64, targetHeight: 32 });
  });
});

describe("two upscalers", () => {
  const constant = (name: string, value: number): Upscaler => ({
    name,
    upscaleOnce: async (picture) => flat(picture.width * 2, picture.height * 2, value),
  });

  test("are mixed by visibility, and both are named", async () => {
    const script = setup({ namesInSuffix: true }, [constant("Dark", 0), constant("Light", 200)]);
    const args = { upscaleBy: 2, upscaler1Name: "Dark", upscaler2Name: "Light", upscaler2Visibility: 0.25 };
    const pp = await upscale(flat(2, 2), args, script);
    expect(new Set(pp.image.data)).toEqual(new Set([50]));
    expect(pp.info).toMatchObject({ "Postprocess upscaler": "Dark", "Postprocess upscaler 2": "Light" });
    expect(pp.getSuffix()).toBe("-Dark-Light 0.25");
  });

  test("of which the second is not visible are one", async () => {
    const light = { ...doubling("Light") };
    const pp = await upscale(
      flat(2, 2),
      { upscaler1Name: "Nearest", upscaler2Name: "Light" },
      setup({}, [light]),
    );
    expect(pp.info).not.toHaveProperty("Postprocess upscaler 2");
    expect(light.calls).toBe(0);
  });
});

describe("the cache", () => {
  const args = { upscaleBy: 2, upscaler1Name: "Net x2" };

  test("works a picture of the same pixels once, and again for other settings", async () => {
    const net = doubling();
    const script = setup({}, [net]);
    await upscale(flat(4, 4), args, script);
    await upscale(flat(4, 4), args, script);
    expect(net.calls).toBe(1);
    await upscale(flat(4, 4), { ...args, upscaleBy: 1.5 }, script);
    await upscale(flat(2, 8), args, script);
    expect(net.calls).toBe(3);
  });

  test("is emptied by another picture, and can be switched off", async () => {
    const net = doubling();
    const script = setup({}, [net]);
    await upscale(flat(4, 4), args, script);
    script.imageChanged();
    await upscale(flat(4, 4), args, script);
    const uncached = setup({ maxPictures: 0 }, [net]);
    await upscale(flat(4, 4), args, uncached);
    await upscale(flat(4, 4), args, uncached);
    expect(net.calls).toBe(4);
  });

  test("forgets what was not used for longest, by number and by size", async () => {
    for (const limit of [{ maxPictures: 2 }, { maxBytes: 2 * 8 * 8 * 3 }]) {
      const net = doubling();
      const script = setup(limit, [net]);
      for (const value of [1, 2, 1, 3, 1, 2]) await upscale(flat(4, 4, value), args, script);
      expect(net.calls).toBe(4);
    }
  });
});

describe("bad input", () => {
  test.each<[string, ScriptArgs, string]>([
    [
      "an unknown upscaler",
      { upscaler1Name: "Magic" },
      'There is no upscaler "Magic"; there are: None, Lanczos, Nearest.',
    ],
    ["an unknown second upscaler", { upscaler2Name: "Magic" }, 'There is no upscaler "Magic"'],
    [
      "a factor that is no number",
      { upscaleBy: "much" },
      "Expected upscaleBy to be a number from 0.05 to 16, got much.",
    ],
    ["an unknown mode", { upscaleMode: 7 }, "Expected mode to be one of Scale by, Scale to, got 7."],
    [
      "a visibility above 1",
      { upscaler2Visibility: 2 },
      "Expected upscaler2Visibility to be a number from 0 to 1, got 2.",
    ],
    [
      "a flag that is none",
      { upscaleEnabled: "yes" },
      "Expected upscaleEnabled to be true or false, got yes.",
    ],
  ])("%s is refused, with what there is", async (_kind, args, message) => {
    await expect(upscale(flat(2, 2), { upscaler1Name: "Lanczos", ...args })).rejects.toThrow(message);
  });

  test("a hundred thousand pixels a side are refused before any work", async () => {
    const net = doubling();
    const script = setup({}, [net]);
    const args = {
      upscaleMode: "Scale to",
      upscaleToWidth: 65_535,
      upscaleToHeight: 65_535,
      upscaler1Name: "Net x2",
    };
    await expect(upscale(flat(2, 2), args, script)).rejects.toMatchObject({ code: "IMAGE_TOO_LARGE" });
    await expect(upscale(flat(2, 2), { ...args, upscaleToWidth: 100_000 }, script)).rejects.toThrow("100000");
    expect(net.calls).toBe(0);
  });
});

describe("any upscaler", () => {
  const context = { signal: undefined };

  test("works as often as it takes, at most three times, and Lanczos makes up the rest", async () => {
    for (const [factor, calls] of [
      [1, 1],
      [2, 1],
      [3, 2],
      [8, 3],
      [12, 3],
    ] as const) {
      const net = doubling();
      const result = await upscalePicture(net, { picture: flat(3, 2), factor }, context);
      expect([result.width, result.height, net.calls]).toEqual([3 * factor, 2 * factor, calls]);
    }
  });

  test("that makes nothing larger is asked once", async () => {
    const result = await upscalePicture(
      findUpscaler(listUpscalers(), "None"),
      { picture: flat(3, 2), factor: 2 },
      context,
    );
    expect([result.width, result.height]).toEqual([6, 4]);
  });

  test("stops between its rounds when nobody wants the result", async () => {
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(upscalePicture(doubling(), { picture: flat(3, 2), factor: 2 }, { signal })).rejects.toThrow(
      "stopped",
    );
  });

  test("is listed behind those without a model, by name", () => {
    const names = listUpscalers([doubling("b"), doubling("A"), doubling("c")]).map(({ name }) => name);
    expect(names).toEqual(["None", "Lanczos", "Nearest", "A", "b", "c"]);
  });
});

test.each([
  { size: [2048, 1024], limit: 1000, limited: [1000, 500] },
  { size: [1024, 2048], limit: 1000, limited: [500, 1000] },
  { size: [500, 400], limit: 1000, limited: [500, 400] },
  { size: [500, 400], limit: 0, limited: [500, 400] },
  { size: [1000, 1000], limit: 800, limited: [800, 800] },
])("$size limited to $limit is $limited", ({ size: [width = 0, height = 0], limit, limited }) => {
  const size = limitSize({ width, height }, limit);
  expect([size.width, size.height]).toEqual(limited);
});

test("the controls carry the documented defaults", () => {
  const controls = setup().ui();
  expect(Object.entries(controls).map(([name, { options }]) => [name, options.value])).toEqual([
    ["upscaleEnabled", true],
    ["upscaleMode", "Scale by"],
    ["upscaleBy", 4],
    ["maxSideLength", 0],
    ["upscaleToWidth", 512],
    ["upscaleToHeight", 512],
    ["upscaleCrop", true],
    ["upscaler1Name", "None"],
    ["upscaler2Name", "None"],
    ["upscaler2Visibility", 0],
  ]);
});
