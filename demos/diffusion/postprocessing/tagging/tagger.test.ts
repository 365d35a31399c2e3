import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodePicture, type Picture } from "../../images/picture.ts";
import { networksFolder } from "../fixtures/drawn-faces.ts";
import { describeTags, parseTags, type TagOptions } from "./tag-list.ts";
import { Tagger } from "./tagger.ts";

const tiny = join(networksFolder, "taggers/wd-tiny");

async function plain(background: string, size = { width: 60, height: 60 }): Promise<Picture> {
  return decodePicture(
    await sharp({ create: { ...size, channels: 4, background } })
      .png()
      .toBuffer(),
  );
}

async function describePlain(background: string, options?: TagOptions): Promise<string> {
  return (await Tagger.open(tiny)).describe(await plain(background), options);
}

describe("a WD tagger", () => {
  // Its likelihoods follow the colour of the middle: red hair 0.9 red, green eyes 0.8 green, blue sky 0.7 blue.
  test("is given blue, green and red in its order, and likely tags come first; ratings are no tags", async () => {
    expect(await describePlain("#ff0000")).toBe("red hair, ^_^");
    expect(await describePlain("#ffff00")).toBe("red hair, green eyes, white background, ^_^");
    expect(await describePlain("#0000ff")).toBe("miku, the singer, blue sky");
  });

  test("names a character only when it is surer", async () => {
    expect(await describePlain("#ff0000", { characterThreshold: 0.8 })).toBe(
      "red hair, saber \\(fate\\), ^_^",
    );
    expect(await describePlain("#0000ff", { threshold: 0.75, characterThreshold: 1 })).toBe("");
  });

  test("writes tags as they are wanted", async () => {
    const all = { characterThreshold: 0.5, threshold: 0.5 };
    const words = { ...all, sorting: "Alphabetically", spaces: false, escapes: false } as const;
    expect(await describePlain("#ff0000", words)).toBe("^_^, red_hair, saber_(fate)");
  });

  test("sees the whole of a wide picture, with white above and below", async () => {
    const tagger = await Tagger.open(tiny);
    const wide = await plain("#000000", { width: 300, height: 100 });
    expect(await tagger.describe(wide)).toBe("white background");
    expect(await tagger.describe(await plain("#000000"))).toBe("");
  });

  test("sees transparency as white", async () => {
    expect(await describePlain("#00000000", { threshold: 0.85, characterThreshold: 1 })).toBe(
      "white background, red hair",
    );
  });
});

describe("a list of tags", () => {
  test("may have any columns, quotes, and line ends of any kind", () => {
    expect(parseTags('count,category,name\r\n1,0,"a ""b"", c"\r\n2,4,d\r\n')).toEqual([
      { name: 'a "b", c', category: 0 },
      { name: "d", category: 4 },
    ]);
    expect(parseTags("a,b\n1,2")).toBeUndefined();
  });

  test("is as long as what is known", () => {
    const tags = [{ name: "a", category: 0 }];
    expect(describeTags(tags, Float32Array.of(0.35))).toBe("a");
    expect(describeTags(tags, Float32Array.of(0.34))).toBe("");
  });
});

describe("a folder that is none", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tagger-"));
    await mkdir(folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("says which file is missing, or of another kind", async () => {
    await expect(Tagger.open(folder)).rejects.toMatchObject({
      code: "MODEL_FILE",
      message: expect.stringContaining("selected_tags.csv"),
    });
    await copyFile(join(tiny, "selected_tags.csv"), join(folder, "selected_tags.csv"));
    await expect(Tagger.open(folder)).rejects.toMatchObject({ code: "MODEL_FILE" });
    await copyFile(join(networksFolder, "GFPGAN/GFPGANv1.4.onnx"), join(folder, "model.onnx"));
    await expect(Tagger.open(folder)).rejects.toMatchObject({
      code: "MODEL_SHAPE",
      message: expect.stringContaining("is no tagger"),
    });
    await writeFile(join(folder, "selected_tags.csv"), "tag\ncat\n");
    await expect(Tagger.open(folder)).rejects.toMatchObject({
      code: "MODEL_SHAPE",
      message: expect.stringContaining('columns "name"'),
    });
  });

  test("says when list and network are not of one kind", async () => {
    await copyFile(join(tiny, "model.onnx"), join(folder, "model.onnx"));
    await writeFile(join(folder, "selected_tags.csv"), "name,category\ncat,0\n");
    const tagger = await Tagger.open(folder);
    await expect(tagger.describe(await plain("#fff"))).rejects.toMatchObject({
      code: "MODEL_SHAPE",
      message: expect.stringContaining("the list has 1 tags, the network 9"),
    });
  });
});
