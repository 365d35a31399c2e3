import {
  Accordion,
  Button,
  Checkbox,
  Column,
  Dropdown,
  Number,
  Slider,
  Textbox,
  type JobContext,
} from "vitrine";
import type { Studio } from "../studio.ts";
import { defaultSettings, type StudioSettings } from "../studio-settings.ts";
import { forUser } from "../user-error.ts";

/** What is decided for everybody, for the administrator alone to change. */
export function buildSettingsForm({ settings, administrators }: Studio) {
  const fields = {
    ...section("Live preview", buildPreviews, true),
    ...section("Pictures", buildPictures, true),
    ...section("Saving for good", buildSaving, true),
  };
  const names = Object.keys(fields);
  const save = new Button("Save settings", { variant: "primary", size: "md" });
  save.click(
    (...args) => {
      const { session, log } = args.at(-1) as JobContext;
      return forUser(async () => {
        administrators.require(session.id);
        const changed = Object.fromEntries(names.map((name, index) => [name, args[index]]));
        await settings.change({ ...settings.current, ...changed });
        log.success("The settings are saved, and hold from the next job on.", { durationMs: 4000 });
      });
    },
    Object.values(fields),
    null,
    { apiName: false, showProgress: "hidden" },
  );
  return fields;
}

export type SettingsForm = ReturnType<typeof buildSettingsForm>;

/** Values of the fields, in their order. */
export function settingsValues(form: SettingsForm, settings: StudioSettings) {
  return (Object.keys(form) as (keyof SettingsForm)[]).map((name) => settings[name]);
}

function section<Fields>(label: string, build: () => Fields, open: boolean): Fields {
  let fields!: Fields;
  new Accordion({ label, open }, () => {
    new Column({ minWidth: 0 }, () => void (fields = build()));
  });
  return fields;
}

function buildPreviews() {
  return {
    livePreviews: new Checkbox({
      label: "Show pictures while they are made",
      value: defaultSettings.livePreviews,
    }),
    previewEverySteps: new Slider({
      label: "Show every N steps",
      info: "0: each step; -1: only when a batch is done",
      minimum: -1,
      maximum: 32,
      step: 1,
      value: defaultSettings.previewEverySteps,
    }),
    previewMethod: new Dropdown({
      label: "Preview method",
      info: "Fast is an approximation and costs nothing; full is the picture itself, and slower",
      choices: [
        ["Fast", "fast"],
        ["Full", "full"],
      ],
      value: defaultSettings.previewMethod,
    }),
    previewGrid: new Checkbox({ label: "Show the whole batch", value: defaultSettings.previewGrid }),
    previewFormat: new Dropdown({
      label: "Preview format",
      choices: [
        ["JPEG", "jpeg"],
        ["WebP", "webp"],
        ["PNG", "png"],
      ],
      value: defaultSettings.previewFormat,
    }),
  };
}

function buildPictures() {
  return {
    imageFormat: new Dropdown({
      label: "Format of pictures",
      choices: [
        ["PNG", "png"],
        ["JPEG", "jpeg"],
        ["WebP", "webp"],
      ],
      value: defaultSettings.imageFormat,
    }),
    imageQuality: new Slider({
      label: "Quality of JPEG and WebP",
      minimum: 1,
      maximum: 100,
      step: 1,
      value: defaultSettings.imageQuality,
    }),
    writesInfotext: new Checkbox({
      label: "Write into the file how it was made",
      value: defaultSettings.writesInfotext,
    }),
    showsGrid: new Checkbox({
      label: "Show several pictures of a job as a grid too",
      value: defaultSettings.showsGrid,
    }),
    gridRows: new Number({
      label: "Rows of a grid",
      info: "-1: about as many as columns; 0: one for each batch",
      minimum: -1,
      maximum: 100,
      precision: 0,
      value: defaultSettings.gridRows,
    }),
  };
}

function buildSaving() {
  return {
    savesPictures: new Checkbox({ label: "Save all pictures", value: defaultSettings.savesPictures }),
    savesIncomplete: new Checkbox({
      label: "Save pictures that were stopped half-way",
      value: defaultSettings.savesIncomplete,
    }),
    savesGrids: new Checkbox({ label: "Save grids", value: defaultSettings.savesGrids }),
    saveFolder: new Textbox({
      label: "Folder",
      info: "On the server; counts from the folder of the settings",
      value: defaultSettings.saveFolder,
      required: true,
    }),
    directoryPattern: new Textbox({
      label: "Directory name pattern",
      info: "Such as [date]/[model_name]; empty for no folders",
      value: defaultSettings.directoryPattern,
    }),
    filenamePattern: new Textbox({
      label: "Images filename pattern",
      info: "[seed], [prompt_words], [steps], [cfg], [width], [height], [sampler], [model_name], [date], [datetime<%H%M>], [job_timestamp], …",
      placeholder: "[seed]",
      value: defaultSettings.filenamePattern,
    }),
    numbersFiles: new Checkbox({
      label: "Begin file names with a number",
      value: defaultSettings.numbersFiles,
    }),
  };
}
