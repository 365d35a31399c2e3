import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTexts, writeTexts } from "../images/metadata.ts";
import { decodePicture, type Picture } from "../images/picture.ts";
import { flipPicture } from "../images/picture-edits.ts";
import { SharedState } from "../jobs/shared-state.ts";
import { inputFromBytes, type InputPicture } from "./input-pictures.ts";
import type { PostprocessedImage } from "./postprocessed-image.ts";
import {
  runPostprocessing,
  type PostprocessingOptions,
  type PostprocessingSource,
} from "./run-postprocessing.ts";
import { ScriptPostprocessingRunner } from "./runner.ts";
import { ScriptPostprocessing, type ScriptArgs } from "./script-postprocessing.ts";
import { CaptionScript } from "./scripts/caption.ts";
import { FlippedCopiesScript } from "./scripts/flipped-copies.ts";
import { UpscaleScript } from "./scripts/upscale.ts";
import { listUpscalers } from "./upscalers/upscale-picture.ts";

const parameters = "a quiet harbour\nSteps: 20, Seed: 1, Size: 8x8";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "extras-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

async function png(size = 4, texts: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
  const data = Buffer.from(Array.from({ length: size * size * 3 }, (_, index) => (index * 29) % 256));
  const bytes = await sharp(data, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toBuffer();
  return writeTexts(bytes, new Map(Object.entries(texts)));
}

/** A script that does one thing. */
function script(name: string, process: (pp: PostprocessedImage<Picture>) => void | Promise<void>) {
  return new (class extends ScriptPostprocessing<Picture> {
    override readonly name = name;
    override process = process;
  })();
}

interface Setup {
  readonly scripts?: readonly ScriptPostprocessing<Picture>[];
  readonly values?: Readonly<Record<string, ScriptArgs>>;
  readonly state?: SharedState<unknown, Picture>;
  readonly behaviour?: "careful" | "webui";
}

function prepare(options: Partial<PostprocessingOptions> & Setup = {}): PostprocessingOptions {
  const {
    scripts,
    values = {},
    state = new SharedState<unknown, Picture>(),
    behaviour = "careful",
    ...others
  } = options;
  const standard = [
    new UpscaleScript({ upscalers: () => listUpscalers() }),
    new FlippedCopiesScript(),
    new CaptionScript(),
  ];
  const runner = new ScriptPostprocessingRunner({ scripts: scripts ?? standard, state, behaviour });
  return { runner, state, args: runner.createArgsForRun(values), ...others };
}

const single = (bytes: Uint8Array, name = "cat.png"): PostprocessingSource => ({
  kind: "single",
  input: inputFromBytes(bytes, name),
});
const batch = (...inputs: InputPicture[]): PostprocessingSource => ({ kind: "batch", inputs });

const doubled = { Upscale: { upscaleBy: 2, upscaler1Name: "Nearest" } };
const flipped = { "Create flipped copies": { enable: true, option: ["Horizontal", "Vertical"] } };
const captioned = { Caption: { enable: true } };

describe("one picture through three scripts", () => {
  test("gives the picture and its copies, with names, metadata and captions on disk", async () => {
    const source = single(await png(4, { parameters, Software: "A camera" }));
    const values = { ...doubled, ...flipped, ...captioned };
    const { results, failures } = await runPostprocessing(source, prepare({ values, outputFolder: folder }));
    expect(failures).toEqual([]);
    expect(results.map(({ path = "", suffix }) => [basename(path), suffix])).toEqual([
      ["cat.png", ""],
      ["cat-1.png", "-1"],
      ["cat-2.png", "-2"],
    ]);
    expect((await readdir(folder)).toSorted()).toEqual([
      "cat-1.png",
      "cat-1.txt",
      "cat-2.png",
      "cat-2.txt",
      "cat.png",
      "cat.txt",
    ]);
    expect(await readFile(join(folder, "cat-2.txt"), "utf8")).toBe("a quiet harbour");
    for (const { bytes, path = "" } of results) {
      expect(new Uint8Array(await readFile(path))).toEqual(new Uint8Array(bytes));
      expect(Object.fromEntries(await readTexts(bytes))).toEqual({
        parameters,
        Software: "A camera",
        postprocessing: "Postprocess upscale by: 2, Postprocess upscaler: Nearest",
      });
      expect(await decodePicture(bytes)).toMatchObject({ width: 8, height: 8 });
    }
  });

  test.each(["jpeg", "webp"] as const)("keeps the parameters in %s as well", async (format) => {
    const source = single(await png(4, { parameters, Title: "猫" }));
    const { results } = await runPostprocessing(
      source,
      prepare({ values: doubled, format, outputFolder: folder }),
    );
    expect(results[0]?.extension).toBe(format === "jpeg" ? ".jpg" : ".webp");
    const texts = await readTexts(await readFile(results[0]?.path ?? ""));
    expect(texts.get("parameters")).toBe(parameters);
    expect(texts.get("Title")).toBe("猫");
    expect(texts.get("postprocessing")).toContain("Nearest");
  });

  test("writes no metadata where none is wanted", async () => {
    const source = single(await png(4, { parameters }));
    const { results } = await runPostprocessing(source, prepare({ values: doubled, writesTexts: false }));
    expect((await readTexts(results[0]!.bytes)).size).toBe(0);
    expect(results[0]?.infotext).toContain("Nearest");
  });

  test("is not saved without a folder", async () => {
    const { results } = await runPostprocessing(single(await png()), prepare({ values: doubled }));
    expect(results).toMatchObject([{ path: undefined, infotext: expect.stringContaining("Nearest") }]);
  });
});

describe("an untouched picture", () => {
  test.each([
    ["PNG", (): Promise<Uint8Array> => png(4, { parameters }), ".png"],
    [
      "JPEG with an orientation",
      () =>
        sharp(Buffer.alloc(24), { raw: { width: 4, height: 2, channels: 3 } })
          .withMetadata({ orientation: 6 })
          .jpeg()
          .toBuffer(),
      ".jpg",
    ],
    [
      "GIF",
      () =>
        sharp(Buffer.alloc(24), { raw: { width: 4, height: 2, channels: 3 } })
          .gif()
          .toBuffer(),
      ".gif",
    ],
  ])("keeps every byte: %s", async (_kind, create, extension) => {
    const bytes = new Uint8Array(await create());
    const { results } = await runPostprocessing(
      single(bytes, `cat${extension}`),
      prepare({ outputFolder: folder }),
    );
    expect(results).toHaveLength(1);
    expect(new Uint8Array(await readFile(join(folder, `cat${extension}`)))).toEqual(bytes);
  });

  test("keeps its pixels and format when only something is written about it", async () => {
    const note = script("note", (pp) => void (pp.info["Looked at"] = "twice, well"));
    const bytes = await sharp(Buffer.alloc(24, 99), { raw: { width: 4, height: 2, channels: 3 } })
      .jpeg()
      .toBuffer();
    const { results } = await runPostprocessing(single(bytes, "cat.jpg"), prepare({ scripts: [note] }));
    const [result] = results;
    expect(result?.extension).toBe(".jpg");
    expect((await readTexts(result!.bytes)).get("postprocessing")).toBe('Looked at: "twice, well"');
    expect(Buffer.from(result!.bytes).includes(bytes.subarray(bytes.indexOf(Buffer.of(0xff, 0xdb))))).toBe(
      true,
    );
  });
});

describe("between two scripts", () => {
  test("a picture is handed over as it is: the very pixels, encoded by nobody", async () => {
    const seen: Picture[] = [];
    const turn = (name: string) =>
      script(name, async (pp) => {
        seen.push(pp.image);
        pp.image = await flipPicture(pp.image, "both");
        seen.push(pp.image);
      });
    const bytes = await png(9);
    const options = prepare({ scripts: [turn("a"), turn("b"), turn("c"), turn("d")], format: "png" });
    const { results } = await runPostprocessing(single(bytes), options);
    // What a script receives is what the one before it has left, not a copy that went through a file.
    expect([1, 3, 5].map((index) => seen[index] === seen[index + 1])).toEqual([true, true, true]);
    const [before, after] = await Promise.all([bytes, results[0]!.bytes].map(decodePicture));
    expect(after).toEqual(before);
  });
});

describe("names", () => {
  test("of pictures without one are numbers, counted on", async () => {
    const bytes = await png();
    await writeFile(join(folder, "00041-old.png"), "");
    const options = prepare({ outputFolder: folder, values: flipped });
    const { results } = await runPostprocessing(batch(inputFromBytes(bytes), inputFromBytes(bytes)), options);
    expect(results.map(({ path = "" }) => basename(path))).toEqual([
      "00042.png",
      "00043-1.png",
      "00044-2.png",
      "00045.png",
      "00046-1.png",
      "00047-2.png",
    ]);
  });

  test("that are taken get a number, or replace the old file where that is wanted", async () => {
    const run = (existing: "number" | "replace") =>
      png().then((bytes) => runPostprocessing(single(bytes), prepare({ outputFolder: folder, existing })));
    await run("number");
    await run("number");
    await run("replace");
    expect((await readdir(folder)).toSorted()).toEqual(["cat-1.png", "cat.png"]);
  });

  test("of three hundred characters are cut, with suffixes whole, and paths are only names", async () => {
    const long = `${"猫".repeat(300)}.png`;
    const options = prepare({ outputFolder: folder, values: flipped });
    const { failures } = await runPostprocessing(
      batch(inputFromBytes(await png(), long), inputFromBytes(await png(), "../../up.png")),
      options,
    );
    expect(failures).toEqual([]);
    const names = await readdir(folder);
    expect(names).toHaveLength(6);
    expect(names.every((name) => Buffer.byteLength(name) <= 255)).toBe(true);
    expect(names).toEqual(expect.arrayContaining(["up.png", "up-1.png", "up-2.png"]));
  });
});

test.each([
  ["Ignore", "new"],
  ["Keep", "old"],
  ["Prepend", "old new"],
  ["Append", "new old"],
] as const)("an existing caption and the action %s make the caption %j", async (existingCaption, text) => {
  await writeFile(join(folder, "cat.txt"), " old\n");
  const caption = script("caption", (pp) => void (pp.caption = " new "));
  const options = prepare({ scripts: [caption], outputFolder: folder, existingCaption, existing: "replace" });
  await runPostprocessing(single(await png()), options);
  expect((await readFile(join(folder, "cat.txt"), "utf8")).trim()).toBe(text);
});

describe("a folder", () => {
  const source = (from: string, others: object = {}): PostprocessingSource => ({
    kind: "folder",
    folder: from,
    allowedRoots: [folder],
    ...others,
  });

  test("is worked through in natural order, without hidden files and subfolders", async () => {
    const from = join(folder, "in");
    await mkdir(join(from, "sub.png"), { recursive: true });
    for (const name of ["10.png", "2.png", ".hidden.png", "b.txt"])
      await writeFile(join(from, name), name === "b.txt" ? "text" : await png());
    const { results, failures, inputs, done } = await runPostprocessing(
      source(from, { resultFolder: join(folder, "out", "deep") }),
      prepare(),
    );
    expect(results.map((result) => result.source)).toEqual(["2.png", "10.png"]);
    expect(failures).toMatchObject([
      { source: "b.txt", script: undefined, error: { code: "IMAGE_INVALID" } },
    ]);
    expect([inputs, done]).toEqual([3, 3]);
    expect((await readdir(join(folder, "out", "deep"))).toSorted()).toEqual(["10.png", "2.png"]);
  });

  test("results need not be kept", async () => {
    await writeFile(join(folder, "a.png"), await png());
    const told: string[] = [];
    const options = prepare({ keepsResults: false, onResult: (result) => told.push(result.source) });
    expect((await runPostprocessing(source(folder), options)).results).toEqual([]);
    expect(told).toEqual(["a.png"]);
  });

  test("outside the roots is refused, for reading and for writing, also behind a link", async () => {
    const outside = await mkdtemp(join(tmpdir(), "outside-"));
    try {
      await writeFile(join(outside, "secret.png"), await png());
      await symlink(outside, join(folder, "door"));
      await symlink(join(outside, "secret.png"), join(folder, "window.png"));
      for (const from of [
        outside,
        join(folder, "door"),
        join(folder, ".."),
        "/",
        `${folder}/../${basename(outside)}`,
      ]) {
        await expect(runPostprocessing(source(from), prepare())).rejects.toMatchObject({
          code: "FOLDER_NOT_ALLOWED",
        });
      }
      const out = { resultFolder: join(folder, "door", "new") };
      await expect(runPostprocessing(source(folder, out), prepare())).rejects.toMatchObject({
        code: "FOLDER_NOT_ALLOWED",
      });
      const { results, failures } = await runPostprocessing(source(folder), prepare());
      expect(results).toEqual([]);
      expect(failures.map(({ source: name, error }) => [name, Object(error).code])).toEqual([
        ["door", "FOLDER_NOT_ALLOWED"],
        ["window.png", "FOLDER_NOT_ALLOWED"],
      ]);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  test("that is not there, or is a file, is said without its whole path", async () => {
    await writeFile(join(folder, "file"), "");
    for (const name of ["none", "file"]) {
      const attempt = runPostprocessing(source(join(folder, name)), prepare());
      await expect(attempt).rejects.toMatchObject({
        code: "FOLDER_UNREADABLE",
        message: `"${name}" cannot be read.`,
      });
    }
    await expect(runPostprocessing(source(" "), prepare())).rejects.toMatchObject({
      code: "FOLDER_UNREADABLE",
    });
  });
});

describe("progress and stops", () => {
  async function runThree(
    onScript: (state: SharedState<unknown, Picture>, turn: number) => void,
    options: Partial<PostprocessingOptions> = {},
  ) {
    const state = new SharedState<unknown, Picture>();
    const seen: unknown[] = [];
    let turn = 0;
    const watch = script("A watch", () => {
      turn += 1;
      seen.push([state.job, state.jobNo, state.jobCount, state.textInfo]);
      onScript(state, turn);
    });
    const late = script("B late", (pp) => void (pp.info["late"] = true));
    const inputs = [
      inputFromBytes(await png(), "1.png"),
      inputFromBytes(await png(), "2.png"),
      inputFromBytes(await png(), "3.png"),
    ];
    const report = await runPostprocessing(
      batch(...inputs),
      prepare({ scripts: [watch, late], state, outputFolder: folder, ...options }),
    );
    return { state, seen, report, sources: report.results.map(({ source }) => source) };
  }

  test("are reported picture by picture, and nothing runs afterwards", async () => {
    const { state, seen, sources } = await runThree(() => {});
    expect(seen).toEqual([
      ["A watch", 0, 3, "1.png"],
      ["A watch", 1, 3, "2.png"],
      ["A watch", 2, 3, "3.png"],
    ]);
    expect(state).toMatchObject({ job: "", jobCount: 0, jobNo: 3, idLivePreview: 3 });
    expect(sources).toEqual(["1.png", "2.png", "3.png"]);
  });

  test("skip leaves one picture out and goes on with the next", async () => {
    const { sources, report } = await runThree((state, turn) => turn === 2 && state.skip());
    expect(sources).toEqual(["1.png", "3.png"]);
    expect(report).toMatchObject({ inputs: 3, done: 3 });
    expect((await readdir(folder)).toSorted()).toEqual(["1.png", "3.png"]);
  });

  test("interrupt ends it: what was begun is shown, and saved only where that is wanted", async () => {
    const { report } = await runThree((state, turn) => turn === 2 && state.interrupt());
    expect(
      report.results.map(({ source, isComplete, path }) => [source, isComplete, path !== undefined]),
    ).toEqual([
      ["1.png", true, true],
      ["2.png", false, false],
    ]);
    const second = await runThree((state, turn) => turn === 1 && state.interrupt(), {
      savesIncomplete: true,
    });
    expect(second.report.results.map(({ isComplete, path }) => [isComplete, path !== undefined])).toEqual([
      [false, true],
    ]);
  });

  test("stop ends it after the picture", async () => {
    const { sources, report } = await runThree((state, turn) => turn === 2 && state.stopGenerating());
    expect(sources).toEqual(["1.png", "2.png"]);
    expect(report.results.every(({ isComplete }) => isComplete)).toBe(true);
  });

  test("an abort ends it even while a script hangs", async () => {
    const controller = new AbortController();
    const hanging = script("hanging", () => new Promise(() => controller.abort(new Error("stopped"))));
    const options = prepare({ scripts: [hanging], signal: controller.signal });
    const report = await runPostprocessing(
      batch(inputFromBytes(await png(), "1"), inputFromBytes(await png(), "2")),
      options,
    );
    expect(report).toMatchObject({
      inputs: 2,
      done: 1,
      failures: [{ script: "hanging", error: { message: "stopped" } }],
    });
    expect(options.state.job).toBe("");
  });
});

test("what was last made can be looked at meanwhile, a large picture in a smaller size", async () => {
  const state = new SharedState<unknown, Picture>();
  await runPostprocessing(single(await png(4)), prepare({ state }));
  expect(state.currentImage).toMatchObject({ width: 4, height: 4 });
  const wide = await sharp({ create: { width: 3072, height: 2, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  await runPostprocessing(single(wide), prepare({ state }));
  expect(state.currentImage).toMatchObject({ width: 1536, height: 1 });
});

describe("what goes wrong with one picture", () => {
  const broken = inputFromBytes(Buffer.from("not a picture"), "broken.png");
  const unreadable: InputPicture = {
    name: "gone.png",
    read: () => Promise.reject(new Error("no such file")),
  };

  test("is reported, and the others go on", async () => {
    const inputs = [broken, unreadable, inputFromBytes(await png(), "good.png")];
    const { results, failures } = await runPostprocessing(batch(...inputs), prepare({ values: doubled }));
    expect(results.map(({ source }) => source)).toEqual(["good.png"]);
    expect(failures).toMatchObject([
      { source: "broken.png", script: undefined, error: { code: "IMAGE_INVALID" } },
      { source: "gone.png", script: undefined, error: { message: "no such file" } },
    ]);
  });

  test("in a script names the script, and the picture is in the result all the same", async () => {
    const failing = script("failing", () => {
      throw new Error("no memory");
    });
    const bytes = await png();
    const { results, failures } = await runPostprocessing(single(bytes), prepare({ scripts: [failing] }));
    expect(results).toMatchObject([{ source: "cat.png", bytes }]);
    expect(failures).toMatchObject([
      { source: "cat.png", script: "failing", error: { message: "no memory" } },
    ]);
  });

  test("ends everything where the original's behaviour is wanted, and the state is idle", async () => {
    const failing = script("failing", () => {
      throw new Error("no memory");
    });
    const options = prepare({ scripts: [failing], behaviour: "webui" });
    await expect(runPostprocessing(single(await png()), options)).rejects.toThrow("no memory");
    expect(options.state.toDict()).toMatchObject({ job: "", job_count: 0 });
  });

  test("while saving is reported, and the picture is in the result", async () => {
    await writeFile(join(folder, "file"), "");
    const options = prepare({ outputFolder: join(folder, "file", "deep") });
    const { results, failures } = await runPostprocessing(single(await png()), options);
    expect(results).toMatchObject([{ path: undefined }]);
    expect(failures).toMatchObject([
      { source: "cat.png", script: undefined, error: { code: "FOLDER_UNWRITABLE" } },
    ]);
  });

  test("with more metadata than a JPEG holds is reported, and the picture is saved without", async () => {
    const source = single(await png(4, { parameters: "x".repeat(50_000) }));
    const options = prepare({ values: doubled, format: "jpeg", outputFolder: folder });
    const { results, failures } = await runPostprocessing(source, options);
    expect(failures).toMatchObject([{ error: { code: "METADATA_TOO_LARGE" } }]);
    expect(await decodePicture(results[0]!.bytes)).toMatchObject({ width: 8 });
    expect(await readdir(folder)).toEqual(["cat.jpg"]);
  });
});

describe("nothing to do", () => {
  test("no picture is said before anything begins", async () => {
    const options = prepare();
    await expect(runPostprocessing({ kind: "single", input: undefined }, options)).rejects.toMatchObject({
      code: "IMAGE_MISSING",
    });
    await expect(runPostprocessing(batch(), options)).rejects.toMatchObject({ code: "IMAGE_MISSING" });
    expect(options.state.timeStart).toBeUndefined();
  });

  test("too few arguments end the run, and the state is idle", async () => {
    const options = { ...prepare(), args: [] };
    await expect(runPostprocessing(single(await png()), options)).rejects.toMatchObject({
      code: "ARGUMENTS_MISSING",
    });
    expect(options.state.job).toBe("");
  });
});
