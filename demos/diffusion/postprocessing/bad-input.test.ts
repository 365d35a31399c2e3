import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTexts, writeTexts } from "../images/metadata.ts";
import type { Picture } from "../images/picture.ts";
import { SharedState } from "../jobs/shared-state.ts";
import { inputFromBytes, type InputPicture } from "./input-pictures.ts";
import type { PostprocessedImage } from "./postprocessed-image.ts";
import {
  runPostprocessing,
  type PostprocessingOptions,
  type PostprocessingSource,
} from "./run-postprocessing.ts";
import { ScriptPostprocessingRunner } from "./runner.ts";
import { ScriptPostprocessing, type ScriptArgs, type ScriptContext } from "./script-postprocessing.ts";
import { FlippedCopiesScript } from "./scripts/flipped-copies.ts";
import { UpscaleScript } from "./scripts/upscale.ts";
import { listUpscalers } from "./upscalers/upscale-picture.ts";

const isRoot = process.getuid?.() === 0;
const canMount = isRoot && mountsSmallDisk();
if (!canMount) console.warn("The full disk is not tested: this process may not mount a small one.");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bad-input-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Process = (pp: PostprocessedImage<Picture>, context: ScriptContext) => void | Promise<void>;

function script(name: string, process: Process): ScriptPostprocessing<Picture> {
  return new (class extends ScriptPostprocessing<Picture> {
    override readonly name = name;
    override process(pp: PostprocessedImage<Picture>, _args: ScriptArgs, context: ScriptContext) {
      return process(pp, context);
    }
  })();
}

const flips = { "Create flipped copies": { enable: true } };

/** One studio: what comes after something bad has to work in the same one. */
function createStudio(extra: readonly ScriptPostprocessing<Picture>[] = []) {
  const state = new SharedState<unknown, Picture>();
  const scripts = [
    new UpscaleScript({ upscalers: () => listUpscalers() }),
    new FlippedCopiesScript(),
    ...extra,
  ];
  const runner = new ScriptPostprocessingRunner<Picture>({ scripts, state });
  const run = (
    source: PostprocessingSource,
    {
      values = {},
      ...options
    }: Partial<PostprocessingOptions> & { values?: Record<string, ScriptArgs> } = {},
  ) => runPostprocessing(source, { runner, state, args: runner.createArgsForRun(values), ...options });
  return { state, runner, run };
}

const batch = (...inputs: InputPicture[]): PostprocessingSource => ({ kind: "batch", inputs });

async function png(colour = "red", side = 8): Promise<Buffer> {
  return sharp({ create: { width: side, height: side, channels: 3, background: colour } })
    .png()
    .toBuffer();
}

/** The studio takes the next picture as if nothing had been. */
async function expectNextWorks({ state, run }: ReturnType<typeof createStudio>): Promise<void> {
  const { results, failures } = await run(batch(inputFromBytes(await png(), "next.png")), {
    values: flips,
    disabled: ["Bad"],
  });
  expect([results.length, failures.length, state.job]).toEqual([2, 0, ""]);
}

describe("files that are no pictures", () => {
  test("are named with the reason, the good one among them is done, and the next job works", async () => {
    const studio = createStudio();
    const bad: readonly (readonly [string, Uint8Array, string])[] = [
      ["empty.png", Buffer.alloc(0), "IMAGE_INVALID"],
      ["text.jpg", Buffer.from("a letter"), "IMAGE_INVALID"],
      ["cut.png", (await png()).subarray(0, 60), "IMAGE_INVALID"],
      ["bomb.png", bomb(60_000, 60_000), "IMAGE_TOO_LARGE"],
      ["wide.png", bomb(900_000, 1), "IMAGE_TOO_LARGE"],
      [
        "bomb.svg",
        Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99999" height="99999"/>'),
        "IMAGE_TOO_LARGE",
      ],
    ];
    const inputs = [
      ...bad.map(([name, bytes]) => inputFromBytes(bytes, name)),
      inputFromBytes(await png(), "good.png"),
    ];
    const { results, failures } = await studio.run(batch(...inputs), { values: flips });
    expect(failures.map(({ source, error }) => [source, codeOf(error)])).toEqual(
      bad.map(([name, , code]) => [name, code]),
    );
    expect(results.map(({ source }) => source)).toEqual(["good.png", "good.png"]);
    await expectNextWorks(studio);
  });

  test("a picture whose metadata are broken is processed, and its pixels are right", async () => {
    const studio = createStudio();
    const jpeg = Buffer.from(
      writeTexts(
        await sharp(await png())
          .jpeg()
          .toBuffer(),
        new Map([["parameters", "a cat"]]),
      ),
    );
    // The block's own lengths and offsets lie.
    const at = jpeg.indexOf("Exif") + 10;
    jpeg.fill(0xff, at, at + 40);
    const { results, failures } = await studio.run(batch(inputFromBytes(jpeg, "cat.jpg")), { values: flips });
    expect(failures).toEqual([]);
    expect((await sharp(results[1]?.bytes).raw().toBuffer())[0]).toBeGreaterThan(250);
    expect((await readTexts(results[1]?.bytes ?? Buffer.alloc(0))).has("parameters")).toBe(false);
  });
});

describe("a script that hangs", () => {
  for (const way of ["interrupt", "skip"] as const) {
    test(`is given up at once by ${way}, hears of it, and the next job works`, async () => {
      let heard: unknown;
      const hanging = script("Bad", (_pp, { signal }) => {
        signal?.addEventListener("abort", () => (heard = signal.reason));
        setTimeout(() => studio.state[way](), 30);
        return new Promise(() => {});
      });
      const studio = createStudio([hanging]);
      const inputs = [inputFromBytes(await png(), "a.png"), inputFromBytes(await png(), "b.png")];
      const options = { values: flips, operationOrder: ["Create flipped copies"] };
      const { results, failures, done } = await studio.run(batch(...inputs), options);
      // What was there before the script is kept by an interrupt; a skip leaves both pictures out.
      expect(results.map(({ source, isComplete }) => [source, isComplete])).toEqual(
        way === "interrupt"
          ? [
              ["a.png", false],
              ["a.png", false],
            ]
          : [],
      );
      expect([failures, done, heard instanceof Error]).toEqual([[], way === "interrupt" ? 1 : 2, true]);
      await expectNextWorks(studio);
    });
  }

  test("in its first look at the picture is given up as well", async () => {
    const hanging = script("Bad", () => {});
    hanging.processFirstPass = () => {
      setTimeout(() => studio.state.interrupt(), 30);
      return new Promise(() => {});
    };
    const studio = createStudio([hanging]);
    const { results } = await studio.run(batch(inputFromBytes(await png(), "a.png")));
    expect(results.map(({ isComplete }) => isComplete)).toEqual([false]);
    await expectNextWorks(studio);
  });

  test("and goes on later changes nothing any more", async () => {
    let goOn = () => {};
    const slow = script("Bad", async (pp) => {
      setTimeout(() => studio.state.interrupt(), 30);
      await new Promise<void>((resolve) => (goOn = resolve));
      pp.info["Late"] = "yes";
      pp.shared.targetWidth = 1;
      pp.extraImages.push(pp.image);
    });
    const studio = createStudio([slow]);
    const report = await studio.run(batch(inputFromBytes(await png(), "a.png")));
    goOn();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(report.results.map(({ infotext }) => infotext)).toEqual([""]);
  });
});

describe("a script that asks for too much", () => {
  test("of an upscaler is told, its picture stays, and the next job works", async () => {
    const studio = createStudio();
    const values = {
      Upscale: {
        upscaleMode: "Scale to",
        upscaleToWidth: 65_535,
        upscaleToHeight: 65_535,
        upscaler1Name: "Lanczos",
      },
    };
    const { results, failures } = await studio.run(batch(inputFromBytes(await png(), "a.png")), { values });
    expect(failures).toMatchObject([{ script: "Upscale", error: { code: "IMAGE_TOO_LARGE" } }]);
    expect(Buffer.compare(results[0]?.bytes ?? Buffer.alloc(0), await png())).toBe(0);
    const much = {
      Upscale: {
        upscaleMode: "Scale to",
        upscaleToWidth: 100_000,
        upscaleToHeight: 100_000,
        upscaler1Name: "Lanczos",
      },
    };
    const refused = await studio.run(batch(inputFromBytes(await png(), "a.png")), { values: much });
    expect(refused.failures.map(({ error }) => codeOf(error))).toEqual([
      "SCRIPT_ARGUMENT",
      "SCRIPT_ARGUMENT",
    ]);
    await expectNextWorks(studio);
  });
});

describe("a folder that cannot be written", () => {
  const saved = async (studio: ReturnType<typeof createStudio>, outputFolder: string) =>
    studio.run(batch(inputFromBytes(await png(), "a.png")), { values: flips, outputFolder });

  test.skipIf(!canMount)(
    "because the disk is full: it is said, the picture is shown, nothing half stays",
    async () => {
      const disk = join(folder, "disk");
      await mkdir(disk);
      mountSmallDisk(disk);
      try {
        const studio = createStudio();
        const noise = await sharp({
          create: {
            width: 300,
            height: 300,
            channels: 3,
            background: "#000",
            noise: { type: "gaussian", mean: 128, sigma: 60 },
          },
        })
          .png()
          .toBuffer();
        const { results, failures } = await studio.run(batch(inputFromBytes(noise, "a.png")), {
          values: flips,
          outputFolder: disk,
        });
        expect(results.map(({ path, bytes }) => [path, bytes.length > 64 * 1024])).toEqual([
          [undefined, true],
          [undefined, true],
        ]);
        expect(failures.map(({ error }) => [codeOf(error), String(error)])).toEqual(
          Array.from({ length: 2 }, () => [
            "FOLDER_UNWRITABLE",
            expect.stringContaining('in the folder "disk": the disk is full.'),
          ]),
        );
        expect(await readdir(disk)).toEqual([]);
        const small = await saved(studio, disk);
        expect([small.failures.length, (await readdir(disk)).toSorted()]).toEqual([0, ["a-1.png", "a.png"]]);
      } finally {
        execFileSync("umount", [disk]);
      }
    },
  );

  test("because there is no permission: it is said, and the picture is shown", async () => {
    const locked = join(folder, "locked");
    await mkdir(locked);
    await chmod(locked, 0o555);
    const studio = createStudio();
    // Root may write everywhere, so for this it is somebody else.
    if (isRoot) {
      await chown(folder, 65_534, 65_534);
      process.seteuid?.(65_534);
    }
    const { results, failures } = await saved(studio, locked).finally(() => isRoot && process.seteuid?.(0));
    expect(failures.map(({ error }) => String(error))).toEqual(
      Array.from({ length: 2 }, () =>
        expect.stringContaining('in the folder "locked": there is no permission to write.'),
      ),
    );
    expect(results).toHaveLength(2);
    expect(await readdir(locked)).toEqual([]);
    await chmod(locked, 0o755);
    expect((await saved(studio, locked)).failures).toEqual([]);
    expect(await readdir(locked)).toHaveLength(2);
  });
});

describe("a folder of pictures", () => {
  test("with a link that leads out of the roots gives everything but what lies there", async () => {
    const [photos, secret] = [join(folder, "photos"), join(folder, "secret")];
    await Promise.all([photos, secret].map((path) => mkdir(path)));
    await writeFile(join(secret, "key.png"), await png("blue"));
    await writeFile(join(photos, "a.png"), await png());
    await symlink(join(secret, "key.png"), join(photos, "b.png"));
    const studio = createStudio();
    const source = { kind: "folder", folder: photos, allowedRoots: [photos] } as const;
    const { results, failures } = await studio.run(source);
    expect(results.map(({ source: name }) => name)).toEqual(["a.png"]);
    expect(failures).toMatchObject([{ source: "b.png", error: { code: "FOLDER_NOT_ALLOWED" } }]);
    await expect(studio.run({ ...source, folder: join(photos, "..", "secret") })).rejects.toMatchObject({
      code: "FOLDER_NOT_ALLOWED",
    });
    await expectNextWorks(studio);
  });
});

test.each([
  ["Latin", "a"],
  ["Cyrillic", "ж"],
  ["Arabic", "ش"],
  ["Chinese", "猫"],
  ["emoji", "👩‍🚀"],
])(
  "a name of three hundred characters in %s is saved, copies beside it, in at most 255 bytes",
  async (_words, letter) => {
    const name = `${letter.repeat(Math.ceil(300 / [...letter].length))}.png`;
    const { results, failures } = await createStudio().run(batch(inputFromBytes(await png(), name)), {
      values: flips,
      outputFolder: folder,
    });
    expect([failures, results.length]).toEqual([[], 2]);
    const names = await readdir(folder);
    expect(names).toHaveLength(2);
    for (const saved of names) {
      expect(Buffer.byteLength(saved)).toBeLessThanOrEqual(255);
      expect(Buffer.byteLength(saved)).toBeGreaterThan(230);
      expect(saved).not.toContain("\ufffd");
      expect(saved.startsWith(letter)).toBe(true);
    }
  },
);

/** A PNG of a few bytes that says it is enormous. */
function bomb(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.alloc(1000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function mountSmallDisk(path: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", path], { stdio: "ignore" });
}

/** Root in a container often may not. */
function mountsSmallDisk(): boolean {
  const path = mkdtempSync(join(tmpdir(), "mount-"));
  try {
    mountSmallDisk(path);
    execFileSync("umount", [path]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(path);
  }
}
