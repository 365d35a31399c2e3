import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toPicture } from "../../images/picture.ts";
import { resizePicture } from "../../images/picture-edits.ts";
import { gradient, meanDifference, modelFolder, upscalerFolder } from "../fixtures/models.ts";
import { loadUpscalers, OnnxUpscaler } from "./onnx-upscaler.ts";

const context = { signal: undefined };

test("a folder's networks are named by their files", async () => {
  const upscalers = await loadUpscalers(upscalerFolder);
  expect(upscalers.map(({ name }) => name)).toEqual(["soft-x2", "soft-x4-fixed"]);
  expect(await loadUpscalers("no-such-folder")).toEqual([]);
});

test.each([
  ["soft-x2", 2, 37, 21],
  ["soft-x2", 2, 450, 300],
  ["soft-x4-fixed", 4, 20, 9],
  ["soft-x4-fixed", 4, 70, 33],
])("%s enlarges %d times, in tiles without seams, %d × %d", async (file, scale, width, height) => {
  const upscaler = new OnnxUpscaler(join(upscalerFolder, `${file}.onnx`));
  const picture = gradient(width, height);
  const large = await upscaler.upscaleOnce(picture, scale, context);
  const expected = await resizePicture(picture, { width: width * scale, height: height * scale }, "nearest");
  expect(large).toMatchObject({ width: width * scale, height: height * scale, channels: 3 });
  expect(meanDifference(large, expected)).toBeLessThan(3);
  let largestStep = 0;
  for (let x = 1; x < large.width; x++) {
    largestStep = Math.max(largestStep, Math.abs(large.data[3 * x]! - large.data[3 * (x - 1)]!));
  }
  expect(largestStep).toBeLessThanOrEqual(Math.ceil(255 / width) + 1);
});

test("transparency is enlarged with the picture", async () => {
  const upscaler = new OnnxUpscaler(join(upscalerFolder, "soft-x2.onnx"));
  const { data } = gradient(16, 16);
  const alpha = Uint8Array.from({ length: 4 * 256 }, (_, i) => {
    const place = Math.floor(i / 4);
    return i % 4 === 3 ? (place % 16 < 8 ? 0 : 255) : data[3 * place + (i % 4)]!;
  });
  const large = await upscaler.upscaleOnce(
    toPicture(alpha, { width: 16, height: 16, channels: 4 }),
    2,
    context,
  );
  expect(large).toMatchObject({ width: 32, height: 32, channels: 4 });
  expect([large.data[3], large.data[4 * 31 + 3]]).toEqual([0, 255]);
});

test("an abort ends the work between two tiles", async () => {
  const upscaler = new OnnxUpscaler(join(upscalerFolder, "soft-x4-fixed.onnx"));
  const abort = new AbortController();
  const work = upscaler.upscaleOnce(gradient(400, 400), 4, { signal: abort.signal });
  setTimeout(() => abort.abort(), 20);
  await expect(work).rejects.toThrow("aborted");
});

test("a file that is no network is refused, and read anew once it is one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "upscaler-"));
  const path = join(folder, "mine.onnx");
  await writeFile(path, "no graph");
  const upscaler = new OnnxUpscaler(path);
  await expect(upscaler.upscaleOnce(gradient(8, 8), 2, context)).rejects.toMatchObject({
    code: "MODEL_FILE",
  });
  await copyFile(modelFolder("sd1/vae_encoder/model.onnx"), path);
  await expect(upscaler.upscaleOnce(gradient(8, 8), 2, context)).rejects.toMatchObject({
    code: "MODEL_SHAPE",
  });
  await copyFile(join(upscalerFolder, "soft-x2.onnx"), path);
  expect(await upscaler.upscaleOnce(gradient(8, 8), 2, context)).toMatchObject({ width: 16 });
  await rm(folder, { recursive: true });
});
