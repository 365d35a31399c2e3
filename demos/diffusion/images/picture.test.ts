import sharp from "sharp";
import { describe, expect, test } from "vitest";
import {
  blendPictures,
  centreOnCanvas,
  coverPicture,
  cropPicture,
  flipPicture,
  resizePicture,
} from "./picture-edits.ts";
import { decodePicture, encodePicture, maxPixels, toPicture, type Picture } from "./picture.ts";

/** Pixels of one red value each, in rows. */
function picture(rows: readonly (readonly number[])[], channels: 3 | 4 = 3): Picture {
  const pixels = rows.flat().flatMap((red) => (channels === 3 ? [red, 0, 0] : [red, 0, 0, 255]));
  return toPicture(Uint8Array.from(pixels), { width: rows[0]?.length ?? 0, height: rows.length, channels });
}

/** The red values, in rows. */
function reds({ width, height, channels, data }: Picture): number[][] {
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_unused, column) => data[(row * width + column) * channels] ?? -1),
  );
}

describe("decoding", () => {
  test("gives the pixels of colour pictures, with and without alpha, as they are", async () => {
    for (const channels of [3, 4] as const) {
      const raw = Buffer.from(Array.from({ length: 6 * channels }, (_, index) => index * 9));
      const png = await sharp(raw, { raw: { width: 3, height: 2, channels } })
        .png()
        .toBuffer();
      expect(await decodePicture(png)).toEqual({ width: 3, height: 2, channels, data: raw });
    }
  });

  test("makes three channels of grey, and eight bits of sixteen", async () => {
    const grey = await sharp(Buffer.of(7, 8), { raw: { width: 2, height: 1, channels: 1 } })
      .toColourspace("b-w")
      .png()
      .toBuffer();
    expect(await decodePicture(grey)).toMatchObject({ channels: 3, data: Buffer.of(7, 7, 7, 8, 8, 8) });
    const deep = await sharp(Buffer.of(9, 9, 9), { raw: { width: 1, height: 1, channels: 3 } })
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    expect((await decodePicture(deep)).data).toEqual(Buffer.of(9, 9, 9));
  });

  test("turns a picture upright as its EXIF says", async () => {
    const lying = await sharp(Buffer.alloc(6), { raw: { width: 2, height: 1, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(await decodePicture(lying)).toMatchObject({ width: 1, height: 2 });
  });

  test.each([
    ["nothing", ""],
    ["text", "not a picture"],
    ["the start of a PNG", "\u0089PNG\r\n\u001a\n"],
  ])("%s is refused", async (_kind, content) => {
    await expect(decodePicture(Buffer.from(content, "latin1"))).rejects.toMatchObject({
      code: "IMAGE_INVALID",
    });
  });

  test("a picture that is cut off is refused", async () => {
    const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * index) % 251));
    const png = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .png()
      .toBuffer();
    await expect(decodePicture(png.subarray(0, png.length / 2))).rejects.toMatchObject({
      code: "IMAGE_INVALID",
    });
  });

  test("a small file that claims a huge picture is refused before it is decoded", async () => {
    const png = await sharp({ create: { width: 1, height: 1, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    await expect(decodePicture(png)).rejects.toMatchObject({
      code: expect.stringMatching(/IMAGE_TOO_LARGE|IMAGE_INVALID/),
    });
    const flat = await sharp({
      create: { width: 9000, height: 9000, channels: 3, background: "red" },
      limitInputPixels: false,
    })
      .png()
      .toBuffer();
    await expect(decodePicture(flat)).rejects.toMatchObject({
      code: "IMAGE_TOO_LARGE",
      message: `A picture may have 1 to ${maxPixels} pixels and 65535 a side; 9000 × 9000 was asked for.`,
    });
  });
});

describe("encoding", () => {
  test("PNG and lossless WebP keep every pixel, also invisible ones", async () => {
    const source = toPicture(Uint8Array.of(10, 20, 30, 0, 40, 50, 60, 128), {
      width: 2,
      height: 1,
      channels: 4,
    });
    for (const options of [{ format: "png" }, { format: "webp", isLossless: true }] as const) {
      const decoded = await decodePicture(await encodePicture(source, options));
      expect([...decoded.data]).toEqual([...source.data]);
    }
  });

  test("JPEG lays a transparent picture on white", async () => {
    const decoded = await decodePicture(
      await encodePicture(toPicture(Uint8Array.of(0, 0, 0, 0), { width: 1, height: 1, channels: 4 }), {
        format: "jpeg",
      }),
    );
    expect([...decoded.data]).toEqual([255, 255, 255]);
  });
});

test("pixels that do not fit the size are refused", () => {
  expect(() => toPicture(new Uint8Array(5), { width: 1, height: 2, channels: 3 })).toThrow(
    "Expected 1 × 2 × 3 bytes of picture, got 5.",
  );
  expect(() => toPicture(new Uint8Array(0), { width: 0, height: 2, channels: 3 })).toThrow("got 0");
});

describe("edits", () => {
  const small = picture([
    [10, 20, 30],
    [40, 50, 60],
  ]);

  test("cropping cuts a box, and only inside the picture", () => {
    expect(reds(cropPicture(small, { left: 1, top: 0, width: 2, height: 2 }))).toEqual([
      [20, 30],
      [50, 60],
    ]);
    expect(() => cropPicture(small, { left: 2, top: 0, width: 2, height: 2 })).toThrow(
      "Expected a box inside 3 × 2",
    );
  });

  test("flipping swaps left and right, top and bottom, or both", async () => {
    expect(reds(await flipPicture(small, "x"))).toEqual([
      [30, 20, 10],
      [60, 50, 40],
    ]);
    expect(reds(await flipPicture(small, "y"))).toEqual([
      [40, 50, 60],
      [10, 20, 30],
    ]);
    expect(reds(await flipPicture(small, "both"))).toEqual([
      [60, 50, 40],
      [30, 20, 10],
    ]);
  });

  test("a canvas gets the picture in its middle, cut or with black around, and is opaque", async () => {
    expect(reds(await centreOnCanvas(small, { width: 5, height: 2 }))).toEqual([
      [0, 10, 20, 30, 0],
      [0, 40, 50, 60, 0],
    ]);
    expect(reds(await centreOnCanvas(small, { width: 1, height: 4 }))).toEqual([[0], [20], [50], [0]]);
    expect((await centreOnCanvas(picture([[1]], 4), { width: 1, height: 1 })).channels).toBe(3);
  });

  test("blending mixes by share, and brings alpha along where the first has it", async () => {
    const half = await blendPictures(picture([[0, 100]]), picture([[100, 200]]), 0.25);
    expect(reds(half)).toEqual([[25, 125]]);
    expect((await blendPictures(picture([[0]], 4), picture([[8]]), 0.5)).channels).toBe(4);
    expect((await blendPictures(picture([[0]]), picture([[8]], 4), 0.5)).channels).toBe(3);
    await expect(blendPictures(small, picture([[1]]), 0.5)).rejects.toThrow(
      "Expected two pictures of one size",
    );
  });

  test("resizing to its own size gives the very same picture", async () => {
    expect(await resizePicture(small, { width: 3, height: 2 })).toBe(small);
    expect(reds(await resizePicture(small, { width: 6, height: 2 }, "nearest"))[0]).toEqual([
      10, 10, 20, 20, 30, 30,
    ]);
  });

  test("a size of too many pixels is refused before any work", async () => {
    await expect(resizePicture(small, { width: 100_000, height: 100_000 })).rejects.toMatchObject({
      code: "IMAGE_TOO_LARGE",
    });
    await expect(resizePicture(small, { width: 0, height: 5 })).rejects.toMatchObject({
      code: "IMAGE_TOO_LARGE",
    });
    await expect(resizePicture(small, { width: 1.5, height: 5 })).rejects.toMatchObject({
      code: "IMAGE_TOO_LARGE",
    });
  });

  test("covering fills the size and cuts both ends alike", async () => {
    expect(reds(await coverPicture(picture([[0, 100, 0]]), { width: 1, height: 1 }))).toEqual([[100]]);
  });
});
