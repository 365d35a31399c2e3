import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import * as v from "valibot";
import { saveFile } from "./images/save-file.ts";
import { StudioError } from "./studio-error.ts";

const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const text = v.pipe(v.string(), v.maxLength(1000));

const schema = v.strictObject({
  /** Whether pictures are shown while they are made. */
  livePreviews: v.optional(v.boolean(), true),
  /** Steps from one preview to the next; 0: each step; -1: only when a batch is done. */
  previewEverySteps: v.optional(whole(-1, 32), 1),
  /** `fast`: small, from a linear map of the latents; `full`: the autoencoder's, one run of it each. */
  previewMethod: v.optional(v.picklist(["fast", "full"]), "fast"),
  /** Whether a preview shows the whole batch, or its first picture. */
  previewGrid: v.optional(v.boolean(), true),
  previewFormat: v.optional(v.picklist(["jpeg", "webp", "png"]), "jpeg"),
  /** Format of finished pictures. */
  imageFormat: v.optional(v.picklist(["png", "jpeg", "webp"]), "png"),
  /** Quality of JPEG and WebP. */
  imageQuality: v.optional(whole(1, 100), 80),
  /** Whether pictures say in their file how they were made. */
  writesInfotext: v.optional(v.boolean(), true),
  /** Whether the pictures of a job are shown together as well, when there are several. */
  showsGrid: v.optional(v.boolean(), true),
  /** Rows of a grid; -1: about as many as columns; 0: one for each batch. */
  gridRows: v.optional(whole(-1, 100), -1),
  /** Whether pictures are saved for good, besides being shown. */
  savesPictures: v.optional(v.boolean(), false),
  savesGrids: v.optional(v.boolean(), false),
  /** Whether pictures that were stopped half-way are saved too. */
  savesIncomplete: v.optional(v.boolean(), false),
  /** Where they are saved; counts from the folder of the settings. */
  saveFolder: v.optional(v.pipe(text, v.nonEmpty()), "outputs"),
  /** Folders below it, such as `[date]/[model_name]`; empty for none. */
  directoryPattern: v.optional(text, "[date]"),
  /** File names, such as `[seed]-[prompt_words]`; empty for `[seed]`, with the prompt when there are no folders. */
  filenamePattern: v.optional(text, ""),
  /** Whether names begin with a number that rises in each folder. */
  numbersFiles: v.optional(v.boolean(), true),
});

/** What the administrator decides for everybody. */
export type StudioSettings = v.InferOutput<typeof schema>;

export const defaultSettings: StudioSettings = v.parse(schema, {});

/** @throws {StudioError} `SETTINGS_INVALID`, naming what is wrong with which. */
export function parseSettings(value: unknown): StudioSettings {
  const result = v.safeParse(
    Array.isArray(value) ? v.never("Expected Object but received Array") : schema,
    value,
  );
  if (result.success) return result.output;
  throw new StudioError("SETTINGS_INVALID", {
    message: result.issues
      .map((issue) => `${v.getDotPath(issue) ?? "The settings"}: ${issue.message}.`)
      .join(" "),
  });
}

/** The settings, and the file they are kept in. */
export class SettingsFile {
  readonly path: string;
  #settings: StudioSettings;
  readonly #listeners = new Set<(settings: StudioSettings) => void>();

  private constructor(path: string, settings: StudioSettings) {
    this.path = path;
    this.#settings = settings;
  }

  /**
   * Reads the file; the usual settings where there is none.
   *
   * @throws {StudioError} `SETTINGS_FILE` for one that cannot be used
   */
  static open(file: string): SettingsFile {
    const path = resolve(file);
    if (!existsSync(path)) return new SettingsFile(path, defaultSettings);
    try {
      return new SettingsFile(path, parseSettings(JSON.parse(readFileSync(path, "utf8"))));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StudioError("SETTINGS_FILE", {
        message: `The settings in "${basename(path)}" cannot be used. ${reason}`,
        cause,
      });
    }
  }

  get current(): StudioSettings {
    return this.#settings;
  }

  /** Folder that relative folders count from. */
  get folder(): string {
    return dirname(this.path);
  }

  /** @throws {StudioError} `SETTINGS_INVALID`, `FOLDER_UNWRITABLE`; the settings then stay what they were */
  async change(value: unknown): Promise<StudioSettings> {
    const settings = parseSettings(value);
    const ending = ".json";
    await saveFile(`${JSON.stringify(settings, null, 2)}\n`, {
      folder: this.folder,
      base: basename(this.path, ending),
      ending,
      existing: "replace",
    });
    this.#settings = settings;
    for (const listener of this.#listeners) listener(settings);
    return settings;
  }

  /** Calls `listener` now, and after each change. */
  follow(listener: (settings: StudioSettings) => void): void {
    this.#listeners.add(listener);
    listener(this.#settings);
  }
}
