import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { defaultSettings, type StudioSettings } from "../studio-settings.ts";
import { PictureSaver, type SavedPicture } from "./picture-saver.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "picture-saver-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const picture: SavedPicture = {
  bytes: new Uint8Array([1]),
  extension: ".png",
  values: {
    seed: 7,
    prompt: "a red house, by the sea",
    modelName: "postcard",
    jobTimestamp: "20260304050607",
    date: new Date(2026, 2, 4, 5, 6, 7),
  },
  isGrid: false,
  isIncomplete: false,
};

/** Saves the pictures; returns their paths below the folder. */
async function save(settings: Partial<StudioSettings>, ...pictures: readonly Partial<SavedPicture>[]) {
  const saver = new PictureSaver(() => ({ ...defaultSettings, ...settings }), folder);
  const paths = await Promise.all(pictures.map((more) => saver.save({ ...picture, ...more })));
  return paths.map((path) => path?.slice(folder.length + 1));
}

test("pictures are saved only where the settings say so; stopped ones and grids by settings of their own", async () => {
  const kinds = [{}, { isIncomplete: true }, { isGrid: true }];
  expect(await save({}, ...kinds)).toEqual([undefined, undefined, undefined]);
  expect(await save({ savesPictures: true }, ...kinds)).toEqual([
    "outputs/2026-03-04/00000-7.png",
    undefined,
    undefined,
  ]);
  expect(await save({ savesPictures: true, savesIncomplete: true }, ...kinds)).toEqual([
    "outputs/2026-03-04/00001-7.png",
    "outputs/2026-03-04/00002-7.png",
    undefined,
  ]);
  expect(await save({ savesGrids: true }, ...kinds, { isGrid: true })).toEqual([
    undefined,
    undefined,
    "outputs/2026-03-04/grid-0000.png",
    "outputs/2026-03-04/grid-0001.png",
  ]);
});

test.each([
  ["[prompt_words]", "[seed]", "a red house by the sea/00000-7.png"],
  ["[model_name]/[date]", "[job_timestamp]-[seed]", "postcard/2026-03-04/00000-20260304050607-7.png"],
  ["", "", "00000-7-a red house, by the sea.png"],
  ["[datetime<%Y>]", "[prompt_words]", "2026/00000-a red house by the sea.png"],
])("folders %j and name %j make %j", async (directoryPattern, filenamePattern, path) => {
  const settings = { savesPictures: true, saveFolder: ".", directoryPattern, filenamePattern };
  expect(await save(settings, {})).toEqual([path]);
});

test("without numbers a name that is taken gets one behind it", async () => {
  const settings = {
    savesPictures: true,
    saveFolder: ".",
    directoryPattern: "",
    filenamePattern: "[seed]",
    numbersFiles: false,
  };
  expect(await save(settings, {}, {})).toEqual(["7.png", "7-1.png"]);
});

test("neither pattern nor prompt leads out of the folder", async () => {
  const values = { ...picture.values, prompt: "../../up" };
  const settings = {
    savesPictures: true,
    directoryPattern: "../..//[prompt]",
    filenamePattern: "../[prompt]",
  };
  const [path] = await save(settings, { values });
  expect(path).toBe("outputs/.._.._up/00000-.._.._.._up.png");
  expect(await readdir(folder)).toEqual(["outputs"]);
});

test("a folder that cannot be written is an error that names it", async () => {
  await writeFile(join(folder, "taken"), "");
  await expect(save({ savesPictures: true, saveFolder: "taken" }, {})).rejects.toMatchObject({
    code: "FOLDER_UNWRITABLE",
    message: expect.stringContaining('"2026-03-04": its path leads through a file.'),
  });
});

test("what could not be saved does not keep the next from being saved", async () => {
  const settings: { current: StudioSettings } = {
    current: { ...defaultSettings, savesPictures: true, saveFolder: "a\0b" },
  };
  const saver = new PictureSaver(() => settings.current, folder);
  const failed = saver.save(picture);
  settings.current = { ...settings.current, saveFolder: "good" };
  await expect(failed).rejects.toMatchObject({ code: "FOLDER_UNWRITABLE" });
  expect(await saver.save(picture)).toContain("good");
});
