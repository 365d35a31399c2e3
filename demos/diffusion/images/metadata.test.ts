import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { readExif, writeExif } from "./exif.ts";
import { readJpegExif, writeJpegExif } from "./jpeg-exif.ts";
import { readTexts, writeTexts } from "./metadata.ts";
import { readPngText, writePngText } from "./png-text.ts";
import { decodeUserComment, encodeUserComment } from "./user-comment.ts";
import { readWebpExif } from "./webp-exif.ts";

const pixels = Buffer.from(Array.from({ length: 7 * 5 * 4 }, (_, index) => (index * 37) % 256));
const source = () => sharp(pixels, { raw: { width: 7, height: 5, channels: 4 } });
const opaque = () => source().removeAlpha();

const parameters = "a cat, 猫 🐈\nNegative prompt: blur\nSteps: 20, Seed: 1, Size: 512x512";

const files: readonly (readonly [string, () => Promise<Buffer>])[] = [
  ["PNG", () => source().png().toBuffer()],
  ["JPEG", () => opaque().jpeg().toBuffer()],
  [
    "JPEG with EXIF of a camera",
    () =>
      opaque()
        .withExif({ IFD0: { Make: "Camera", Orientation: "6" } })
        .jpeg()
        .toBuffer(),
  ],
  ["WebP, lossy", () => opaque().webp().toBuffer()],
  ["WebP, lossless", () => opaque().webp({ lossless: true }).toBuffer()],
  ["WebP, transparent", () => source().webp().toBuffer()],
  ["WebP, lossless and transparent", () => source().webp({ lossless: true }).toBuffer()],
  [
    "WebP with EXIF of a camera",
    () =>
      opaque()
        .withExif({ IFD0: { Make: "Camera" } })
        .webp()
        .toBuffer(),
  ],
];

async function shapeOf(bytes: Uint8Array) {
  const { format, width, height, hasAlpha, orientation } = await sharp(bytes).metadata();
  return { format, width, height, hasAlpha, orientation };
}

describe.each(files)("texts in a %s", (_name, create) => {
  test("are read back as written, and every pixel stays", async () => {
    const bytes = await create();
    const texts = new Map([
      ["parameters", parameters],
      ["postprocessing", "Postprocess upscale by: 4"],
      ["Software", "café"],
    ]);
    const written = writeTexts(bytes, texts);
    expect(new Map(await readTexts(written))).toEqual(texts);
    expect(await sharp(written).raw().toBuffer()).toEqual(await sharp(bytes).raw().toBuffer());
    expect(await shapeOf(written)).toEqual(await shapeOf(bytes));
  });

  test("leave the source as it was, byte for byte", async () => {
    const bytes = await create();
    const before = Uint8Array.from(bytes);
    writeTexts(bytes, new Map([["parameters", "a cat"]]));
    expect(Buffer.compare(bytes, before)).toBe(0);
  });

  test("may be replaced over and over without the file growing", async () => {
    const once = writeTexts(await create(), new Map([["parameters", "first"]]));
    let again = once;
    for (let round = 0; round < 5; round++) again = writeTexts(again, new Map([["parameters", "other"]]));
    expect(again.length).toBe(once.length);
    expect(await readTexts(again)).toEqual(new Map([["parameters", "other"]]));
  });

  test("are none before any was written, and writing none changes no byte", async () => {
    const bytes = await create();
    expect((await readTexts(bytes)).size).toBe(0);
    expect(writeTexts(bytes, new Map())).toBe(bytes);
  });
});

describe("a PNG", () => {
  const create = () => source().png().toBuffer();

  test("keeps texts of other keywords", async () => {
    const first = writePngText(
      await create(),
      new Map([
        ["a", "1"],
        ["b", "2"],
      ]),
    );
    expect(readPngText(writePngText(first, new Map([["b", "3"]])))).toEqual(
      new Map([
        ["b", "3"],
        ["a", "1"],
      ]),
    );
  });

  test("stores Latin text as every program reads it, other text as international", async () => {
    const written = writePngText(
      await create(),
      new Map([
        ["parameters", "café"],
        ["title", "猫"],
      ]),
    );
    expect(Buffer.from(written).includes(Buffer.from("parameters\0café", "latin1"))).toBe(true);
    const plain = writePngText(await create(), new Map([["parameters", "cafe"]]));
    expect((await sharp(plain).metadata()).comments).toEqual([{ keyword: "parameters", text: "cafe" }]);
    expect(Buffer.from(written).includes("iTXttitle")).toBe(true);
    expect(Buffer.from(written).includes("tEXtparameters")).toBe(true);
  });

  test("may hold packed texts", async () => {
    const png = await create();
    const packed = deflateSync(Buffer.from("packed café", "latin1"));
    const international = deflateSync(Buffer.from("packed 猫"));
    const withText = insertAfterHeader(png, [
      ["zTXt", Buffer.concat([Buffer.from("one\0\0"), packed])],
      ["iTXt", Buffer.concat([Buffer.from("two\0\u0001\0en\0deux\0"), international])],
    ]);
    expect(readPngText(withText)).toEqual(
      new Map([
        ["one", "packed café"],
        ["two", "packed 猫"],
      ]),
    );
  });

  test("with broken texts still gives the others", async () => {
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024));
    const withText = insertAfterHeader(await create(), [
      ["zTXt", Buffer.from("broken\0\0nothing packed")],
      ["zTXt", Buffer.concat([Buffer.from("bomb\0\0"), bomb])],
      ["iTXt", Buffer.from("short\0\0")],
      ["iTXt", Buffer.concat([Buffer.from("latin\0\0\0\0\0"), Buffer.from([0xff, 0xfe])])],
      ["tEXt", Buffer.from("no end")],
      ["tEXt", Buffer.from("good\0text")],
    ]);
    expect(readPngText(withText)).toEqual(new Map([["good", "text"]]));
  });

  test("that is cut off gives what came before the cut", async () => {
    const whole = writePngText(await create(), new Map([["parameters", "text"]]));
    expect(readPngText(whole.subarray(0, whole.length - 20))).toEqual(new Map([["parameters", "text"]]));
    for (let length = 0; length < whole.length; length++) readPngText(whole.subarray(0, length));
  });

  test.each(["", "x".repeat(80), "猫"])("refuses the keyword %j", async (keyword) => {
    const png = await create();
    expect(() => writePngText(png, new Map([[keyword, "text"]]))).toThrow(
      "Expected a keyword of 1 to 79 Latin characters",
    );
  });

  function insertAfterHeader(png: Buffer, chunks: readonly (readonly [string, Buffer])[]): Buffer {
    const headerEnd = 8 + 25;
    const made = chunks.map(([type, data]) => {
      const body = Buffer.concat([Buffer.from(type), data]);
      const ends = Buffer.alloc(8);
      ends.writeUInt32BE(data.length, 0);
      ends.writeUInt32BE(crc32(body), 4);
      return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
    });
    return Buffer.concat([png.subarray(0, headerEnd), ...made, png.subarray(headerEnd)]);
  }
});

describe("EXIF", () => {
  test("of a camera is kept beside the texts", async () => {
    const jpeg = await opaque()
      .withExif({ IFD0: { Make: "Camera" }, IFD2: { LensModel: "Lens" } })
      .jpeg()
      .toBuffer();
    const written = writeTexts(jpeg, new Map([["parameters", parameters]]));
    const exif = (await sharp(written).metadata()).exif?.toString("latin1") ?? "";
    expect(exif).toContain("Camera");
    expect(exif).toContain("Lens");
    const reread = await sharp(written).keepExif().jpeg().toBuffer();
    expect((await sharp(reread).metadata()).exif?.toString("latin1")).toContain("Lens");
  });

  test("holds the parameters and what postprocessing did in one comment, as other programs read it", async () => {
    const jpeg = writeTexts(
      await opaque().jpeg().toBuffer(),
      new Map([
        ["parameters", parameters],
        ["postprocessing", "Postprocess upscale by: 4"],
      ]),
    );
    const exif = readJpegExif(jpeg);
    expect(exif && readExif(exif).comment).toBe(`${parameters}, Postprocess upscale by: 4`);
  });

  test("whose comment another program has changed is read with that comment", () => {
    const own = writeExif(undefined, { comment: "a", items: new Map([["parameters", "b"]]) });
    expect(readExif(own)).toEqual({ comment: "a", items: new Map([["parameters", "b"]]) });
  });

  test("of a comment alone, as the original writes it, gives the parameters", async () => {
    const webp = await opaque()
      .withExif({ IFD2: { UserComment: "plain text" } })
      .webp()
      .toBuffer();
    expect(await readTexts(webp)).toEqual(new Map([["parameters", "plain text"]]));
    expect(readWebpExif(webp)).toBeDefined();
  });

  test("that is broken counts as none, for reading and for writing", async () => {
    for (const bytes of [
      [],
      [1, 2],
      [0x49, 0x49, 42, 0, 255, 255, 255, 255],
      [0x49, 0x49, 42, 0, 8, 0, 0, 0, 255, 255],
    ]) {
      const broken = Uint8Array.from(bytes);
      expect(readExif(broken)).toEqual({ comment: undefined, items: undefined });
      const mended = writeExif(broken, { comment: "c", items: new Map() });
      expect(readExif(mended)).toEqual({ comment: "c", items: new Map() });
    }
    const jpeg = writeJpegExif(await opaque().jpeg().toBuffer(), Uint8Array.of(1, 2, 3));
    expect(await readTexts(jpeg)).toEqual(new Map());
  });

  test("larger than a JPEG can hold is refused, and a WebP holds it", async () => {
    const long = new Map([["parameters", "x".repeat(40_000)]]);
    const jpeg = await opaque().jpeg().toBuffer();
    expect(() => writeTexts(jpeg, long)).toThrow("A JPEG holds at most 64 KiB of metadata");
    expect(await readTexts(writeTexts(await opaque().webp().toBuffer(), long))).toEqual(long);
  });
});

describe("a comment", () => {
  const utf16 = (text: string) => Buffer.from(text, "utf16le");
  const marked = (mark: string, body: Buffer) => Buffer.concat([Buffer.from(mark.padEnd(8, "\0")), body]);

  test.each<[string, Buffer, string | undefined]>([
    ["the high byte first", marked("UNICODE", utf16("a cat, 猫").swap16()), "a cat, 猫"],
    ["the low byte first", marked("UNICODE", utf16("a cat, 猫")), "a cat, 猫"],
    ["a byte order mark", marked("UNICODE", utf16("\uFEFF猫猫")), "猫猫"],
    [
      "no mark of order and no Latin letter: high byte first",
      marked("UNICODE", utf16("猫猫").swap16()),
      "猫猫",
    ],
    ["ASCII", marked("ASCII", Buffer.from("a cat")), "a cat"],
    ["UTF-8 under the mark for ASCII", marked("ASCII", Buffer.from("猫")), "猫"],
    ["no charset", marked("", Buffer.from("a cat\0\0")), "a cat"],
    ["no prefix at all", Buffer.from("a cat and a dog 猫"), "a cat and a dog 猫"],
    ["Latin-1", Buffer.from("café au lait", "latin1"), "café au lait"],
    ["a Japanese charset that nobody writes any more", marked("JIS", Buffer.from("x")), undefined],
    ["nothing in it", marked("UNICODE", Buffer.alloc(0)), undefined],
  ])("with %s is read", (_kind, bytes, text) => {
    expect(decodeUserComment(bytes)).toBe(text);
  });

  test("is written as the original writes it", () => {
    expect(Buffer.from(encodeUserComment("aé"))).toEqual(Buffer.from("UNICODE\0\0a\0\u00e9", "latin1"));
  });
});

describe("a GIF", () => {
  const gif = async (comment: Uint8Array, version = "GIF89a") => {
    const bytes = await opaque().gif().toBuffer();
    // Behind the header and its table of colours.
    const at = 13 + ((bytes[10] ?? 0) & 0x80 ? 3 * 2 ** (((bytes[10] ?? 0) & 7) + 1) : 0);
    const blocks = [];
    for (let from = 0; from < comment.length; from += 255) {
      const part = comment.subarray(from, from + 255);
      blocks.push(Buffer.from([part.length]), part);
    }
    const extension = Buffer.concat([Buffer.from([0x21, 0xfe]), ...blocks, Buffer.from([0])]);
    const whole = Buffer.concat([bytes.subarray(0, at), extension, bytes.subarray(at)]);
    whole.write(version, 0, "latin1");
    return whole;
  };

  test("gives its comment as parameters, whatever its length and letters", async () => {
    const long = `${parameters} ${"and so on ".repeat(100)}`;
    expect(await readTexts(await gif(Buffer.from(long)))).toEqual(new Map([["parameters", long]]));
    expect((await readTexts(await gif(Buffer.from("caf\u00e9", "latin1"), "GIF87a"))).get("parameters")).toBe(
      "caf\u00e9",
    );
    expect(await sharp(await gif(Buffer.from(long))).metadata()).toMatchObject({ width: 7, height: 5 });
  });

  test("behind an animation's frames is found as well", async () => {
    const bytes = await gif(Buffer.from("x"));
    const plain = await opaque().gif().toBuffer();
    const comment = Buffer.from([0x21, 0xfe, 3, 97, 32, 98, 0]);
    const behind = Buffer.concat([plain.subarray(0, -1), comment, plain.subarray(-1)]);
    expect((await readTexts(behind)).get("parameters")).toBe("a b");
    expect((await readTexts(bytes)).get("parameters")).toBe("x");
  });

  test("without one, and cut off anywhere, gives none and harms nobody", async () => {
    expect(await readTexts(await opaque().gif().toBuffer())).toEqual(new Map());
    const bytes = await gif(Buffer.from("a long comment"));
    const end = bytes.indexOf("a long comment") + 14;
    for (let length = 0; length < end; length++)
      expect((await readTexts(bytes.subarray(0, length))).size).toBe(0);
  });
});

describe("a PNG of NovelAI", () => {
  const png = async (texts: Readonly<Record<string, string>>) =>
    writeTexts(await source().png().toBuffer(), new Map(Object.entries(texts)));
  const comment = {
    steps: 28,
    sampler: "k_euler_ancestral",
    seed: 5,
    scale: 11,
    uc: "lowres",
    strength: 0.7,
  };

  test("says how it was made in the words of other programs, beside its own", async () => {
    const texts = { Software: "NovelAI", Description: "a pier, fog", Comment: JSON.stringify(comment) };
    expect(await readTexts(await png(texts))).toEqual(
      new Map([
        ...Object.entries(texts),
        [
          "parameters",
          "a pier, fog\nNegative prompt: lowres\nSteps: 28, Sampler: Euler a, CFG scale: 11, Seed: 5, Size: 7x5, Clip skip: 2, ENSD: 31337",
        ],
      ]),
    );
  });

  test.each([
    ["another program's", { Software: "Another", Comment: JSON.stringify(comment) }],
    ["one without a comment", { Software: "NovelAI", Description: "a pier" }],
    ["one whose comment is broken", { Software: "NovelAI", Comment: '{"steps": 28' }],
    ["one whose comment says something else", { Software: "NovelAI", Comment: '{"steps": "many"}' }],
  ])("%s says only what it says", async (_words, texts) => {
    expect(await readTexts(await png(texts))).toEqual(new Map(Object.entries(texts)));
  });

  test("whose parameters are written already keeps them; an unknown sampler is Euler a", async () => {
    const texts = {
      Software: "NovelAI",
      Comment: JSON.stringify({ ...comment, sampler: "toString", uc: "" }),
    };
    expect((await readTexts(await png(texts))).get("parameters")).toBe(
      "Steps: 28, Sampler: Euler a, CFG scale: 11, Seed: 5, Size: 7x5, Clip skip: 2, ENSD: 31337",
    );
    expect((await readTexts(await png({ ...texts, parameters: "own" }))).get("parameters")).toBe("own");
  });
});

test("a file that is no picture has no texts and stays as it is", async () => {
  const bytes = Buffer.from("not a picture");
  expect((await readTexts(bytes)).size).toBe(0);
  expect(writeTexts(bytes, new Map([["parameters", "x"]]))).toBe(bytes);
});
