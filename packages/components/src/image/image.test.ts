import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePayload } from "@vitrine/core";
import sharp, { type Sharp } from "sharp";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { createFolderFiles, type FolderFiles } from "../shared/folder-files.ts";
import { denselyPackedPng, pngThatClaims } from "../shared/picture-bombs.ts";
import type { Pixels } from "../shared/picture-types.ts";
import { Image } from "./image.ts";

let files: FolderFiles;

beforeEach(async () => {
  files = await createFolderFiles();
});
afterEach(() => files[Symbol.asyncDispose]());

/** Left half red, right half blue, 4 × 2. */
function redAndBlue(): Sharp {
  const [red, blue] = [
    [255, 0, 0],
    [0, 0, 255],
  ];
  const row = [red, red, blue, blue].flat() as number[];
  return sharp(Buffer.from([...row, ...row]), { raw: { width: 4, height: 2, channels: 3 } });
}

describe("what a function receives", () => {
  test("the uploaded bytes, untouched", async () => {
    const bytes = await redAndBlue()
      .jpeg({ quality: 40 })
      .withExif({ IFD0: { Artist: "Ada" } })
      .toBuffer();
    const ref = await files.upload("a.jpg", bytes, "image/jpeg");
    const received = await new Image().preprocess(ref, { files });
    expectTypeOf(received).toEqualTypeOf<Buffer>();
    expect(received.equals(bytes)).toBe(true);
  });

  test("the path of the uploaded file", async () => {
    const bytes = await redAndBlue().png().toBuffer();
    const ref = await files.upload("a.png", bytes, "image/png");
    const received = await new Image({ type: "path" }).preprocess(ref, { files });
    expectTypeOf(received).toEqualTypeOf<string>();
    expect((await readFile(received)).equals(bytes)).toBe(true);
  });

  test("pixels, turned upright as the EXIF data say", async () => {
    const bytes = await redAndBlue().withExif({}).withMetadata({ orientation: 6 }).png().toBuffer();
    const ref = await files.upload("a.png", bytes, "image/png");
    const received = await new Image({ type: "pixels" }).preprocess(ref, { files });
    expectTypeOf(received).toEqualTypeOf<Pixels>();
    expect(received).toMatchObject({ width: 2, height: 4, channels: 3 });
    expect([...received.data.subarray(0, 3)]).toEqual([255, 0, 0]);
    expect([...received.data.subarray(-3)]).toEqual([0, 0, 255]);
  });

  test("grey pictures as three channels, transparent ones as four", async () => {
    const pixels = new Image({ type: "pixels" });
    const grey = await redAndBlue().toColourspace("b-w").png().toBuffer();
    const clear = await redAndBlue().ensureAlpha(0.5).webp().toBuffer();
    expect(
      (await pixels.preprocess(await files.upload("g.png", grey, "image/png"), { files })).channels,
    ).toBe(3);
    expect(
      (await pixels.preprocess(await files.upload("c.webp", clear, "image/webp"), { files })).channels,
    ).toBe(4);
  });

  test("null for none only where it is not required", async () => {
    const optional = await new Image({ required: false }).preprocess(null, { files });
    expectTypeOf(optional).toEqualTypeOf<Buffer | null>();
    expect(optional).toBeNull();
    await expect(new Image({ label: "Face" }).preprocess(null, { files })).rejects.toMatchObject({
      code: "VALUE_REQUIRED",
      message: '"Face" expected a picture, got none.',
    });
  });
});

describe("what a visitor sends", () => {
  test.each([
    ["a text", "hello", "text/plain"],
    ["a text that claims to be a picture", "hello", "image/png"],
    ["the beginning of a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47]), "image/png"],
    ["a PDF", "%PDF-1.7", "application/pdf"],
  ])("%s is no picture", async (_, content, mimeType) => {
    const ref = await files.upload("x.png", content, mimeType);
    await expect(new Image().preprocess(ref, { files })).rejects.toMatchObject({ code: "IMAGE_INVALID" });
  });

  test("a picture that breaks off is refused when it is decoded", async () => {
    const whole = await sharp({
      create: { width: 300, height: 300, channels: 3, background: "red", noise: { type: "gaussian" } },
    })
      .jpeg()
      .toBuffer();
    const ref = await files.upload("x.jpg", whole.subarray(0, whole.length / 2), "image/jpeg");
    await expect(new Image({ type: "pixels" }).preprocess(ref, { files })).rejects.toMatchObject({
      code: "IMAGE_INVALID",
    });
  });

  test.each([
    ["a header that claims 60000 × 60000", pngThatClaims(60_000, 60_000), "image/png"],
    [
      "a drawing of 100000 × 30000",
      '<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="30000"/>',
      "image/svg+xml",
    ],
  ])("%s is refused by its header", async (_, content, mimeType) => {
    const ref = await files.upload("bomb", content, mimeType);
    for (const type of ["buffer", "pixels", "path"] as const) {
      await expect(new Image({ type }).preprocess(ref, { files })).rejects.toMatchObject({
        code: "IMAGE_TOO_LARGE",
      });
    }
  });

  test("a whole picture of 400 megapixels in a few kilobytes is refused, and nothing of it is decoded", async () => {
    const bomb = denselyPackedPng(20_000, 20_000);
    expect(bomb.length).toBeLessThan(100_000);
    const ref = await files.upload("bomb.png", bomb, "image/png");
    const before = process.memoryUsage().rss;
    await expect(new Image({ type: "pixels" }).preprocess(ref, { files })).rejects.toMatchObject({
      code: "IMAGE_TOO_LARGE",
      message: '"image" expected a picture of at most 100 megapixels, got 20000 × 20000 pixels.',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });

  test("the frames of an animation count together, and maxPixels sets the limit", async () => {
    const frames = await sharp(Buffer.alloc(10 * 40 * 3, 7), {
      raw: { width: 10, height: 40, channels: 3, pageHeight: 10 },
    })
      .gif({ keepDuplicateFrames: true })
      .toBuffer();
    const ref = await files.upload("a.gif", frames, "image/gif");
    await new Image({ maxPixels: 400 }).preprocess(ref, { files });
    await expect(new Image({ maxPixels: 399 }).preprocess(ref, { files })).rejects.toMatchObject({
      code: "IMAGE_TOO_LARGE",
    });
  });

  test.each([
    { path: "/etc/passwd" },
    "/etc/passwd",
    { kind: "file", id: "../../etc/passwd", name: "x", sizeBytes: 1, mimeType: "image/png", url: "x" },
    {
      kind: "file",
      id: "0".repeat(64),
      name: "x",
      sizeBytes: 1,
      mimeType: "image/png",
      url: "x",
      path: "/etc/passwd",
    },
    [{ path: "/etc/passwd" }],
  ])("%j is no reference to a file", (payload) => {
    expect(() => parsePayload(new Image(), payload)).toThrow(
      expect.objectContaining({ code: "PAYLOAD_INVALID" }),
    );
  });

  test("a reference that this session was not given opens nothing", async () => {
    const image = new Image();
    const payload = parsePayload(image, image.examplePayload());
    await expect(image.preprocess(payload, { files })).rejects.toMatchObject({ code: "FILE_UNKNOWN" });
  });
});

describe("what a function returns", () => {
  const image = new Image({ label: "Result" });
  const show = async (value: Parameters<Image["postprocess"]>[0], component = image) => {
    const ref = await component.postprocess(value, { files });
    if (!ref) throw new Error("nothing was shown");
    return { ref, bytes: await readFile((await files.open(ref)).path) };
  };

  test("encoded bytes reach the page untouched", async () => {
    const bytes = await redAndBlue().webp({ quality: 10 }).toBuffer();
    const shown = await show(bytes);
    expect(shown.ref).toMatchObject({ name: "picture.webp", mimeType: "image/webp" });
    expect(shown.bytes.equals(bytes)).toBe(true);
    expect((await show(new Uint8Array(bytes))).bytes.equals(bytes)).toBe(true);
  });

  test("raw pixels lose nothing, as PNG or as WebP", async () => {
    const { data, info } = await redAndBlue().raw().toBuffer({ resolveWithObject: true });
    const pixels = { data, width: info.width, height: info.height, channels: 3 as const };
    for (const format of ["png", "webp"] as const) {
      const { ref, bytes } = await show(pixels, new Image({ format }));
      expect(ref.mimeType).toBe(`image/${format}`);
      expect((await sharp(bytes).raw().toBuffer()).equals(data)).toBe(true);
    }
  });

  test("a sharp instance is rendered, from raw pixels and from a file", async () => {
    expect((await show(redAndBlue())).ref.mimeType).toBe("image/png");
    const jpeg = await redAndBlue().jpeg().toBuffer();
    const { ref, bytes } = await show(sharp(jpeg).resize(8));
    expect(ref.mimeType).toBe("image/jpeg");
    expect((await sharp(bytes).metadata()).width).toBe(8);
  });

  test("a file is shown by its path, an SVG as it is, null as nothing", async () => {
    const path = join(tmpdir(), `vitrine-image-${process.pid}.svg`);
    await writeFile(path, '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
    expect((await show(path)).ref.mimeType).toBe("image/svg+xml");
    expect(await image.postprocess(null, { files })).toBeNull();
  });

  test.each([
    ["bytes of no picture", Buffer.from("hello"), "got 5 bytes of no known format"],
    [
      "pixels of another size",
      { data: new Uint8Array(5), width: 2, height: 2, channels: 3 },
      "2 × 2 × 3 = 12 bytes of pixels, got 5",
    ],
    [
      "pixels with five channels",
      { data: new Uint8Array(5), width: 1, height: 1, channels: 5 },
      "bytes of pixels",
    ],
    ["a number", 7, "got 7"],
    ["an object", { width: 1 }, "got an object"],
  ])("%s cannot be shown", async (_, value, words) => {
    await expect(image.postprocess(value as never, { files })).rejects.toMatchObject({
      code: "VALUE_NOT_SHOWN",
      message: expect.stringContaining(words),
    });
  });

  test("a file that is no picture cannot be shown", async () => {
    const path = join(tmpdir(), `vitrine-image-${process.pid}.txt`);
    await writeFile(path, "text");
    await expect(image.postprocess(path, { files })).rejects.toMatchObject({
      code: "VALUE_NOT_SHOWN",
      message: '"Result" shows a picture, got a file of type text/plain.',
    });
  });
});

test.each([{ sources: [] }, { sources: ["screen"] }, { type: "numpy" }, { maxPixels: 0 }, { height: -1 }])(
  "%j is refused when it is constructed",
  (options) => {
    expect(() => new Image(options as never)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  },
);
