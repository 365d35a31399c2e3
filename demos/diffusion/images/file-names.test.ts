import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fillFileNamePattern } from "./file-name-pattern.ts";
import { formatDate } from "./format-date.ts";
import { safeFileName, safeNamePart } from "./safe-name.ts";
import { nextFileNumber, saveFile } from "./save-file.ts";

const values = {
  prompt: "a quiet (harbour:1.2), at dusk: boats & gulls over the old stone pier",
  negativePrompt: "blur",
  seed: 42,
  steps: 20,
  cfgScale: 7.5,
  width: 512,
  height: 768,
  sampler: "DPM++ 2M",
  scheduler: "Karras",
  modelName: "v1-5 pruned",
  jobTimestamp: "20260304050607",
  styles: [],
  date: new Date(2026, 2, 4, 15, 6, 7, 89),
};

describe("patterns", () => {
  test.each([
    ["[seed]-[steps]", "42-20"],
    ["[Seed]_[WIDTH]x[height] cfg[cfg]", "42_512x768 cfg7.5"],
    ["[prompt_words]", "a quiet harbour 1 2 at dusk boats"],
    ["[prompt]", "a_quiet_(harbour_1.2),_at_dusk__boats_&_gulls_over_the_old_stone_pier"],
    ["[prompt_spaces]", "a quiet (harbour_1.2), at dusk_ boats & gulls over the old stone pier"],
    ["[sampler_scheduler]", "DPM++_2M_Karras"],
    ["[model_name]", "v1-5 pruned"],
    ["[styles]", "None"],
    ["[date]", "2026-03-04"],
    ["[datetime]", "20260304150607"],
    ["[datetime<%H_%M %p>]", "15_06 PM"],
    ["[job_timestamp]", "20260304050607"],
    ["[hasprompt<harbour><cat|dog><GULLS>]", "harbourdogGULLS"],
    ["[none]x", "x"],
    ["[unknown]-[seed]", "[unknown]-42"],
    ["[seed] batch [batch_number]", "42"],
    ["[seed]-[denoising]!", "42!"],
    ["no pattern", "no pattern"],
    ["[]", "[]"],
  ])("%s", (pattern, name) => {
    expect(fillFileNamePattern(pattern, values)).toEqual(name);
  });

  test("hashes have the length that was asked for and depend on the content", () => {
    const name = (pattern: string, prompt: string) => fillFileNamePattern(pattern, { prompt });
    expect(name("[prompt_hash<12>]", "a")).toBe("ca978112ca1b");
    expect(name("[prompt_hash]", "a")).toBe("ca978112");
    expect(name("[prompt_hash<-1>]", "a")).toBe("ca978112");
    expect(fillFileNamePattern("[image_hash]", { image: Buffer.from("a") })).toBe("ca978112");
  });

  test("numbers of a batch are there when it has more than one picture", () => {
    expect(fillFileNamePattern("[seed]-[batch_number]", { seed: 1, batchSize: 2, batchIndex: 1 })).toBe(
      "1-2",
    );
    expect(fillFileNamePattern("[generation_number]", { generationIndex: 3, generationCount: 8 })).toBe("4");
  });
});

test("a date is written in its zone, and unknown zones and letters do no harm", () => {
  const date = new Date(Date.UTC(2026, 0, 31, 23, 5, 9));
  expect(formatDate(date, "%d.%m.%y %H:%M:%S %a %b", "Asia/Tokyo")).toBe("01.02.26 08:05:09 Sun Feb");
  expect(formatDate(date, "%Y %Q 100%%", "No/Where")).toBe("2026 %Q 100%");
});

describe("safe names", () => {
  test.each([
    ['a/b\\c:d*e?f"g<h>i|j#k', "a_b_c_d_e_f_g_h_i_j_k"],
    ["../../etc/passwd", ".._.._etc_passwd"],
    ["tab\tline\nnul\0", "tab_line_nul_"],
    ["  ends in dots ... ", "__ends_in_dots_..._"],
    ["half \ud83d pair", "half_\ufffd_pair"],
  ])("%j becomes %j", (text, safe) => {
    expect(safeNamePart(text)).toBe(safe);
  });

  test("spaces at the ends go where spaces are kept", () => {
    expect(safeNamePart("  a b . ", { replacesSpaces: false })).toBe("a b");
  });

  test("a part has at most 128 characters, whole ones", () => {
    expect(Array.from(safeNamePart("🐈".repeat(300)))).toHaveLength(128);
  });

  test("a name of any length keeps its suffix and extension within 255 bytes", () => {
    const name = safeFileName("猫".repeat(300), "-flipped-1.png");
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^猫+-flipped-1\.png$/);
  });

  test.each([
    ["con", "_con.png"],
    ["COM1.tar", "_COM1.tar.png"],
    [".hidden", "_.hidden.png"],
    ["..", "_.png"],
    ["", "picture.png"],
    ["...", "_.png"],
    ["a/../b", "a_.._b.png"],
    ["console", "console.png"],
  ])("the base %j becomes %j", (base, name) => {
    expect(safeFileName(base, ".png")).toBe(name);
  });
});

describe("saving", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "saving-"));
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  test("makes the folder and leaves nothing but the file", async () => {
    const deep = join(folder, "a", "b");
    const path = await saveFile(Buffer.from("x"), { folder: deep, base: "name", ending: ".png" });
    expect(path).toBe(join(deep, "name.png"));
    expect(await readdir(deep)).toEqual(["name.png"]);
  });

  test("gives every one of many who save at once a name of their own", async () => {
    const saves = Array.from({ length: 20 }, (_, index) =>
      saveFile(String(index), { folder, base: "same", ending: ".txt" }),
    );
    const paths = await Promise.all(saves);
    const contents = await Promise.all(paths.map((path) => readFile(path, "utf8")));
    expect(contents).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
    expect((await readdir(folder)).toSorted()[1]).toBe("same-10.txt");
  });

  test("replaces a file where that is wanted", async () => {
    for (const text of ["old", "new"])
      await saveFile(text, { folder, base: "a", ending: ".txt", existing: "replace" });
    expect(await readFile(join(folder, "a.txt"), "utf8")).toBe("new");
    expect(await readdir(folder)).toEqual(["a.txt"]);
  });

  test("into a folder that cannot be one says why, without the whole path", async () => {
    await writeFile(join(folder, "file"), "");
    const attempt = saveFile("x", { folder: join(folder, "file", "deep"), base: "a", ending: ".png" });
    await expect(attempt).rejects.toMatchObject({
      code: "FOLDER_UNWRITABLE",
      message: 'Nothing could be saved in the folder "deep": its path leads through a file.',
    });
    const tooLong = saveFile("x", { folder: join(folder, "x".repeat(300)), base: "a", ending: ".png" });
    await expect(tooLong).rejects.toMatchObject({ code: "FOLDER_UNWRITABLE" });
  });

  test("counts on from the highest number in the folder", async () => {
    expect(await nextFileNumber(join(folder, "none"))).toBe(0);
    for (const name of ["00007-a.png", "00012.png", "9999x.png", "b.png"])
      await writeFile(join(folder, name), "");
    await mkdir(join(folder, "00010-dir"));
    expect(await nextFileNumber(folder)).toBe(13);
    expect(basename(await saveFile("x", { folder, base: "00013", ending: ".png" }))).toBe("00013.png");
  });
});
