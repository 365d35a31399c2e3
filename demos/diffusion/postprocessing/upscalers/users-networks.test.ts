import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { decodePicture, encodePicture, toPicture, type Picture } from "../../images/picture.ts";
import { SharedState } from "../../jobs/shared-state.ts";
import { OnnxUpscaler } from "../../pipeline/upscalers/onnx-upscaler.ts";
import { networksFolder } from "../fixtures/drawn-faces.ts";
import { inputFromBytes } from "../input-pictures.ts";
import { runPostprocessing } from "../run-postprocessing.ts";
import { ScriptPostprocessingRunner } from "../runner.ts";
import { UpscaleScript } from "../scripts/upscale.ts";
import { listUpscalers } from "./upscale-picture.ts";

/** Networks that enlarge three times: names, sizes and number types of their own. */
const load = (name: string) => new OnnxUpscaler(join(networksFolder, "upscalers", `${name}.onnx`));

async function throughExtras(name: string, picture: Picture, factor = 3) {
  const state = new SharedState<unknown, Picture>();
  const script = new UpscaleScript({ upscalers: () => listUpscalers([load(name)]) });
  const runner = new ScriptPostprocessingRunner<Picture>({ scripts: [script], state });
  const args = runner.createArgsForRun({ Upscale: { upscaleBy: factor, upscaler1Name: name } });
  const input = inputFromBytes(await encodePicture(picture, { format: "png" }), "small.png");
  const { results, failures } = await runPostprocessing({ kind: "single", input }, { runner, state, args });
  return {
    failures,
    large: results[0] ? await decodePicture(results[0].bytes) : undefined,
    info: results[0]?.infotext,
  };
}

/** Noise: a seam, a shift or a mirrored border would show anywhere. */
async function noise(width: number, height: number): Promise<Picture> {
  const grain = { type: "gaussian", mean: 128, sigma: 50 } as const;
  return decodePicture(
    await sharp({ create: { width, height, channels: 3, background: "#000", noise: grain } })
      .png()
      .toBuffer(),
  );
}

/** What the networks do, computed by hand: every pixel three times, then softened over three by three. */
function enlarge({ data, width, height }: Picture): Uint8Array {
  const [w, h] = [3 * width, 3 * height];
  const at = (x: number, y: number, c: number) => {
    const [column, row] = [Math.max(0, Math.min(w - 1, x)), Math.max(0, Math.min(h - 1, y))];
    return data[(Math.floor(row / 3) * width + Math.floor(column / 3)) * 3 + c]!;
  };
  const weights = [-1, 0, 1].flatMap((dy) =>
    [-1, 0, 1].map((dx) => ({ dx, dy, weight: (2 - Math.abs(dx)) * (2 - Math.abs(dy)) })),
  );
  return Uint8Array.from({ length: w * h * 3 }, (_, i) => {
    const [c, place] = [i % 3, Math.floor(i / 3)];
    const [x, y] = [place % w, Math.floor(place / w)];
    return Math.round(
      weights.reduce((sum, { dx, dy, weight }) => sum + weight * at(x + dx, y + dy, c), 0) / 16,
    );
  });
}

/** Over all pixels, or those that are not at the border: what lies beyond it every network imagines for itself. */
function largestDifference(first: Picture | undefined, second: Uint8Array, border = 0): number {
  if (!first || first.data.length !== second.length) return Infinity;
  const { data, width, height } = first;
  return data.reduce((most, value, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const isInside = Math.min(x, y, width - 1 - x, height - 1 - y) >= border;
    return isInside ? Math.max(most, Math.abs(value - second[i]!)) : most;
  }, 0);
}

describe("users' networks in Extras", () => {
  test.each([
    ["plain-x3", 1, 1, 1],
    ["plain-x3", 37, 21, 1],
    ["plain-x3", 401, 223, 2],
    ["half-x3-fixed", 1, 1, 2],
    ["half-x3-fixed", 48, 64, 2],
    ["half-x3-fixed", 130, 77, 2],
  ])(
    "%s: a picture of %d × %d in tiles is what it is as a whole, to %d of 255",
    async (name, width, height, allowed) => {
      const picture = await noise(width, height);
      const { large, failures, info } = await throughExtras(name, picture);
      expect(failures).toEqual([]);
      expect(large).toMatchObject({ width: 3 * width, height: 3 * height, channels: 3 });
      expect(largestDifference(large, enlarge(picture), 1)).toBeLessThanOrEqual(allowed);
      expect(info).toBe(`Postprocess upscale by: 3, Postprocess upscaler: ${name}`);
    },
  );

  test("a factor that is not the network's: as often as it takes, then to the very size", async () => {
    expect((await throughExtras("plain-x3", await noise(20, 11), 4)).large).toMatchObject({
      width: 80,
      height: 44,
    });
    expect((await throughExtras("plain-x3", await noise(20, 11), 1.5)).large).toMatchObject({
      width: 30,
      height: 17,
    });
  });

  test("transparency is kept beside the colours", async () => {
    const { data } = await noise(10, 10);
    const pixels = Uint8Array.from({ length: 400 }, (_, i) =>
      i % 4 === 3 ? (i < 200 ? 0 : 255) : data[Math.floor(i / 4) * 3 + (i % 4)]!,
    );
    const { large } = await throughExtras(
      "half-x3-fixed",
      toPicture(pixels, { width: 10, height: 10, channels: 4 }),
    );
    expect([large?.channels, large?.data[3], large?.data.at(-1)]).toEqual([4, 0, 255]);
  });

  test("a network with the colours last is refused by name, and the picture stays", async () => {
    const picture = await noise(16, 16);
    const { failures, large } = await throughExtras("channels-last-x3", picture);
    expect(failures).toMatchObject([
      {
        script: "Upscale",
        error: {
          code: expect.stringMatching(/^MODEL_/),
          message: expect.stringContaining("channels-last-x3.onnx"),
        },
      },
    ]);
    expect(largestDifference(large, picture.data)).toBe(0);
  });
});
