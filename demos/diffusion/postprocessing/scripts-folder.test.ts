import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decodePicture } from "../images/picture.ts";
import { SharedState } from "../jobs/shared-state.ts";
import { PostprocessedImage } from "./postprocessed-image.ts";
import { ScriptPostprocessingRunner } from "./runner.ts";
import { loadScriptsFolder } from "./scripts-folder.ts";

/** Beside `postprocessing`, as the studio's own scripts are: the guide's imports lead there. */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(import.meta.dirname, "..", "scripts-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function readGuide(): Promise<string> {
  const guide = await readFile(join(import.meta.dirname, "README.md"), "utf8");
  const code = /^## A script of your own$.*?^```ts\n(.*?)^```$/ms.exec(guide)?.[1];
  if (code === undefined) throw new Error("The guide has no script.");
  return code;
}

test("the guide's script has its controls, works on a picture, and says what it did", async () => {
  const code = await readGuide();
  expect(code.trim().split("\n").length).toBeLessThanOrEqual(20);
  await writeFile(join(folder, "frame.ts"), code);
  const scripts = await loadScriptsFolder(folder);
  const runner = new ScriptPostprocessingRunner({ scripts, state: new SharedState() });
  const [slot] = runner.setupUi();
  expect([slot?.script.name, Object.keys(slot?.controls ?? {})]).toEqual(["Frame", ["enable", "width"]]);
  const grey = sharp({ create: { width: 10, height: 6, channels: 3, background: "#808080" } });
  const pp = new PostprocessedImage(await decodePicture(await grey.png().toBuffer()));
  const report = await runner.run(pp, runner.createArgsForRun({ Frame: { enable: true, width: 3 } }));
  expect(report.failures).toEqual([]);
  expect([pp.image.width, pp.image.height, ...pp.image.data.subarray(0, 3)]).toEqual([16, 12, 255, 255, 255]);
  expect(pp.info).toEqual({ Frame: 3 });
  await runner
    .run(pp, runner.createArgsForRun({ Frame: { enable: true, width: 1000 } }))
    .then(({ failures }) =>
      expect(failures).toMatchObject([{ script: "Frame", error: { code: "SCRIPT_ARGUMENT" } }]),
    );
});

test("scripts come in the order of their files' names; tests, declarations and other files are passed over", async () => {
  const code = await readGuide();
  await writeFile(join(folder, "b.ts"), code.replace('"Frame"', '"Second"'));
  await writeFile(join(folder, "a.ts"), code.replace('"Frame"', '"First"'));
  await writeFile(join(folder, "a.test.ts"), "throw new Error('a test')");
  await writeFile(join(folder, "notes.md"), "no script");
  await mkdir(join(folder, "more"));
  expect((await loadScriptsFolder(folder)).map(({ name }) => name)).toEqual(["First", "Second"]);
});

test("a file that cannot be loaded names itself and the reason", async () => {
  await writeFile(join(folder, "broken.ts"), "export class {");
  await expect(loadScriptsFolder(folder)).rejects.toMatchObject({
    code: "SCRIPT_FILE",
    message: expect.stringContaining("broken.ts cannot be loaded"),
  });
});

test("a file that exports no script, and a folder that is none, are refused", async () => {
  await writeFile(join(folder, "empty.ts"), "export const name = 'Nothing'; export class Other {}");
  await expect(loadScriptsFolder(folder)).rejects.toMatchObject({
    code: "SCRIPT_FILE",
    message: "empty.ts expected to export a class that extends ScriptPostprocessing, exported none.",
  });
  await expect(loadScriptsFolder(join(folder, "none"))).rejects.toMatchObject({ code: "FOLDER_UNREADABLE" });
});
