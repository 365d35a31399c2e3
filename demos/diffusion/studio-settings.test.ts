import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { defaultSettings, SettingsFile, type StudioSettings } from "./studio-settings.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "studio-settings-test-"));
  path = join(folder, "settings.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("without a file the settings are the usual ones, and none is written", async () => {
  expect(SettingsFile.open(path).current).toEqual(defaultSettings);
  expect(await readdir(folder)).toEqual([]);
});

test("a change is kept in the file, told to those who follow, and found again", async () => {
  const file = SettingsFile.open(path);
  const heard: StudioSettings[] = [];
  file.follow((settings) => heard.push(settings));
  await file.change({ ...defaultSettings, imageFormat: "webp", gridRows: 2 });
  expect(heard.map(({ imageFormat }) => imageFormat)).toEqual(["png", "webp"]);
  expect(SettingsFile.open(path).current).toMatchObject({
    imageFormat: "webp",
    gridRows: 2,
    livePreviews: true,
  });
  expect(await readdir(folder)).toEqual(["settings.json"]);
});

test("what a file leaves out is as usual", async () => {
  await writeFile(path, '{ "savesPictures": true }');
  expect(SettingsFile.open(path).current).toEqual({ ...defaultSettings, savesPictures: true });
});

test.each([
  ["that is no JSON", "{ livePreviews: true }", /"settings\.json" cannot be used\. .*JSON/],
  ["with a value of another kind", '{ "livePreviews": "yes" }', /livePreviews: .*Expected boolean.*"yes"/],
  ["with a number out of range", '{ "previewEverySteps": -2 }', /previewEverySteps: .*>=-1/],
  ["with a name there is none of", '{ "livePreview": true }', /livePreview: .*Expected never/],
  ["that holds a list", "[]", /Expected Object/],
])("a file %s is named with what is wrong, and stays as it is", async (_words, content, message) => {
  await writeFile(path, content);
  expect(() => SettingsFile.open(path)).toThrow(
    expect.objectContaining({ code: "SETTINGS_FILE", message: expect.stringMatching(message) }),
  );
  expect(await readFile(path, "utf8")).toBe(content);
});

test("a change that cannot be, or cannot be written, changes nothing", async () => {
  const file = SettingsFile.open(path);
  await expect(file.change({ ...defaultSettings, imageQuality: 101 })).rejects.toMatchObject({
    code: "SETTINGS_INVALID",
  });
  const nowhere = SettingsFile.open(join(path, "settings.json"));
  await writeFile(path, "{}");
  await expect(nowhere.change({ imageFormat: "webp" })).rejects.toMatchObject({ code: "FOLDER_UNWRITABLE" });
  expect([file.current, nowhere.current]).toEqual([defaultSettings, defaultSettings]);
});
