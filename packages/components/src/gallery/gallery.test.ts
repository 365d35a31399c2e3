import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, expectTypeOf, test } from "vitest";
import { createFolderFiles, type FolderFiles } from "../shared/folder-files.ts";
import { pngThatClaims } from "../shared/picture-bombs.ts";
import { Gallery } from "./gallery.ts";

let files: FolderFiles;

beforeEach(async () => {
  files = await createFolderFiles();
});
afterEach(() => files[Symbol.asyncDispose]());

function picture(width: number, height: number): Promise<Buffer> {
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  return sharp({ create: { width, height, channels: 3, background: "#888", noise } })
    .png()
    .toBuffer();
}

test("a big picture gets a small WebP for the grid, and stays itself behind it", async () => {
  const big = await picture(1600, 800);
  const [item] = await new Gallery().postprocess([big], { files });
  expect(item).toMatchObject({ width: 1600, height: 800, caption: null });
  expect((await readFile((await files.open(item!.file)).path)).equals(big)).toBe(true);
  const thumbnail = await sharp((await files.open(item!.thumbnail!)).path).metadata();
  expect(thumbnail).toMatchObject({ format: "webp", width: 640, height: 320 });
  expect(item!.thumbnail!.sizeBytes).toBeLessThan(big.length / 4);
});

test("a gallery that grows picture by picture makes one thumbnail for each", async () => {
  const gallery = new Gallery();
  const pictures: Buffer[] = [];
  for (const size of [700, 800, 900]) {
    pictures.push(await picture(size, size));
    const items = await gallery.postprocess(pictures, { files });
    expect(items.every(({ thumbnail }) => thumbnail?.mimeType === "image/webp")).toBe(true);
  }
  expect(files.keptNames.filter((name) => name.endsWith(".webp"))).toHaveLength(3);
});

test("a small picture is its own thumbnail, and a drawing too", async () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="1000"/>');
  const items = await new Gallery().postprocess([await picture(20, 10), svg], { files });
  expect(items.map(({ thumbnail, width }) => [thumbnail, width])).toEqual([
    [null, 20],
    [null, 2000],
  ]);
});

test("the thumbnail and the size are upright", async () => {
  const turned = await sharp(await picture(1200, 700))
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 100 })
    .toBuffer();
  const [item] = await new Gallery().postprocess([turned], { files });
  expect(item).toMatchObject({ width: 700, height: 1200 });
  const { width, height } = await sharp((await files.open(item!.thumbnail!)).path).metadata();
  expect(height).toBeGreaterThan(width);
});

test("captions stand beside their pictures, and videos are shown by path", async () => {
  const path = join(tmpdir(), `vitrine-gallery-${process.pid}.mp4`);
  await writeFile(path, "a video");
  const items = await new Gallery().postprocess([[await picture(2, 2), "Noise"], [path, null], path], {
    files,
  });
  expect(items.map(({ file, caption }) => [file.mimeType, caption])).toEqual([
    ["image/png", "Noise"],
    ["video/mp4", null],
    ["video/mp4", null],
  ]);
  expect(await new Gallery().postprocess(null, { files })).toEqual([]);
});

test("a function receives paths with captions, or bytes", async () => {
  const bytes = await picture(3, 3);
  const payload = await new Gallery().postprocess([[bytes, "Noise"]], { files });
  const paths = await new Gallery().preprocess(payload, { files });
  expectTypeOf(paths).toEqualTypeOf<[media: string, caption: string | null][]>();
  expect((await readFile(paths[0]![0])).equals(bytes)).toBe(true);
  const [pair] = await new Gallery({ type: "buffer" }).preprocess(payload, { files });
  expect(pair).toEqual([bytes, "Noise"]);
});

test("an empty gallery is refused, unless it is not required", async () => {
  await expect(new Gallery().preprocess([], { files })).rejects.toMatchObject({ code: "VALUE_REQUIRED" });
  expect(await new Gallery({ required: false }).preprocess([], { files })).toEqual([]);
});

test("a bomb or a text among the pictures of a visitor is refused", async () => {
  const item = (file: Awaited<ReturnType<FolderFiles["upload"]>>) => ({
    file,
    thumbnail: null,
    caption: null,
    width: null,
    height: null,
  });
  const bomb = item(await files.upload("b.png", pngThatClaims(60_000, 60_000), "image/png"));
  await expect(new Gallery().preprocess([bomb], { files })).rejects.toMatchObject({
    code: "IMAGE_TOO_LARGE",
  });
  const text = item(await files.upload("t.png", "text", "text/plain"));
  await expect(new Gallery().preprocess([text], { files })).rejects.toMatchObject({ code: "IMAGE_INVALID" });
});

test.each([[7], ["picture.png"], [[Buffer.from("no picture")]], [[{}]], [[[null, "caption"]]]])(
  "%j cannot be shown",
  async (value) => {
    await expect(new Gallery().postprocess(value as never, { files })).rejects.toMatchObject({
      code: "VALUE_NOT_SHOWN",
    });
  },
);

test.each([{ columns: 0 }, { columns: 1.5 }, { columns: 21 }, { selectedIndex: -1 }])(
  "%j is refused when it is constructed",
  (options) => {
    expect(() => new Gallery(options)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  },
);
