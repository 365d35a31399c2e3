import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, parse, resolve } from "node:path";
import { EngineProcess } from "./engine/engine-process.ts";
import type { Picture } from "./images/picture.ts";
import { Administrators } from "./jobs/administrators.ts";
import type { Engine } from "./jobs/engine.ts";
import { JobBoard } from "./jobs/job-board.ts";
import type { StudioState } from "./jobs/job.ts";
import { PictureSaver } from "./jobs/picture-saver.ts";
import { SharedState } from "./jobs/shared-state.ts";
import { readModelDefaults, type ModelDefaults } from "./model-defaults.ts";
import { AllowedFolders } from "./postprocessing/allowed-folders.ts";
import { builtInScripts } from "./postprocessing/built-in-scripts.ts";
import { findPictureNetworks } from "./postprocessing/picture-networks.ts";
import { ScriptPostprocessingRunner } from "./postprocessing/runner.ts";
import { loadScriptsFolder } from "./postprocessing/scripts-folder.ts";
import { listUpscalers } from "./postprocessing/upscalers/upscale-picture.ts";
import type { PromptStyle } from "./pipeline/prompt/styles.ts";
import { StudioError } from "./studio-error.ts";
import { SettingsFile, type StudioSettings } from "./studio-settings.ts";
import { readStyles } from "./studio-styles.ts";

export interface StudioOptions {
  /** A model folder in the diffusers ONNX layout. @default the first of `models` */
  readonly model?: string | undefined;
  /** A folder of model folders. @default the studio's own */
  readonly models?: string | undefined;
  /** A folder of super-resolution networks (`*.onnx`). @default `upscalers` in the folder of models, if there is one */
  readonly upscalers?: string | undefined;
  /** A folder of postprocessing scripts. @default the studio's own, if it is there */
  readonly scripts?: string | undefined;
  /** Folders of the server that visitors may work in, in Extras. @default none */
  readonly folders?: readonly string[];
  /** File of the settings. @default `settings.json` beside the studio */
  readonly settings?: string | undefined;
  /** Table of prompt styles. @default `styles.csv` beside the studio, if it is there */
  readonly styles?: string | undefined;
  /** What makes somebody the administrator; at least 16 characters. @default nobody can be */
  readonly adminToken?: string | undefined;
}

/** A model that visitors can choose. */
export interface ModelChoice extends ModelDefaults {
  readonly name: string;
  readonly folder: string;
}

/** Everything behind the page: one engine, one queue, one state, for all visitors. */
export interface Studio {
  readonly engine: Engine;
  readonly state: StudioState;
  readonly board: JobBoard;
  /** What the administrator has decided for everybody. */
  readonly settings: SettingsFile;
  readonly administrators: Administrators;
  readonly saver: PictureSaver;
  /** At least one. */
  readonly models: readonly ModelChoice[];
  /** Prompts kept under names, for everybody to choose from. */
  readonly styles: readonly PromptStyle[];
  /** Names of upscalers, for Extras and hires fix. */
  readonly upscalers: readonly string[];
  readonly runner: ScriptPostprocessingRunner<Picture>;
  /** Folders that visitors may work in. */
  readonly folders: AllowedFolders;
  /** Ends the engine; finished pictures are deleted. */
  close(): Promise<void>;
}

const ownModels = new URL("models", import.meta.url).pathname;
const ownStyles = new URL("styles.csv", import.meta.url).pathname;
const ownSettings = new URL("settings.json", import.meta.url).pathname;
const ownScripts = new URL("scripts", import.meta.url).pathname;

/** The folder of the model that the studio brings, whether it is there or not. */
export const embeddedModel: string = join(ownModels, "postcard");

/**
 * Looks for models and scripts. The engine starts with the first job.
 *
 * @throws {StudioError} `MODEL_FOLDER` when there is no model, `SCRIPT_FILE` when a script cannot be loaded,
 *   `SETTINGS_FILE`, `STYLES_FILE` and `ADMIN_TOKEN` for those that cannot be used.
 */
export async function openStudio(options: StudioOptions = {}): Promise<Studio> {
  const modelsFolder = resolve(options.models ?? ownModels);
  const folders = listModelFolders(modelsFolder, options);
  const models = await Promise.all(folders.map(describeModel));
  const [first] = models;
  if (!first)
    throw new StudioError("MODEL_FOLDER", {
      message: `There is no model in the folder "${basename(modelsFolder)}".`,
    });
  const upscalersFolder = existing(options.upscalers ?? join(modelsFolder, "upscalers"), options.upscalers);
  const engine = new EngineProcess({ model: first.folder, upscalers: upscalersFolder });
  const settings = SettingsFile.open(options.settings ?? ownSettings);
  const stylesFile = options.styles ?? (existsSync(ownStyles) ? ownStyles : undefined);
  const styles = stylesFile === undefined ? [] : readStyles(stylesFile);
  const administrators = new Administrators(options.adminToken);
  const state: StudioState = new SharedState();
  settings.follow((current) => {
    state.options = { ...state.options, ...stateOptions(current) };
  });
  const folder = mkdtempSync(join(tmpdir(), "vitrine-studio-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const networks = networkNames(upscalersFolder);
  const upscalers = listUpscalers(networks.map((name) => engine.upscaler(name)));
  const scriptsFolder = existing(options.scripts ?? ownScripts, options.scripts);
  return {
    engine,
    state,
    settings,
    styles,
    administrators,
    saver: new PictureSaver(() => settings.current, settings.folder),
    board: new JobBoard({ state, folder }),
    models,
    upscalers: upscalers.map(({ name }) => name),
    folders: new AllowedFolders((options.folders ?? []).map(requireFolder)),
    runner: new ScriptPostprocessingRunner<Picture>({
      state,
      scripts: [
        ...builtInScripts({ engine, upscalers, networks: findPictureNetworks(modelsFolder) }),
        ...(scriptsFolder === undefined ? [] : await loadScriptsFolder(scriptsFolder)),
      ],
    }),
    async close() {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the state says about previews to those who ask it. */
function stateOptions(settings: StudioSettings) {
  const { livePreviews, previewEverySteps, previewGrid, previewFormat } = settings;
  return { livePreviews, previewEverySteps, previewGrid, previewFormat };
}

/** Whether a folder looks like a model. */
export function isModelFolder(folder: string): boolean {
  return existsSync(join(folder, "model_index.json"));
}

function listModelFolders(modelsFolder: string, { model, models }: StudioOptions): readonly string[] {
  const asked = model === undefined ? [] : [resolve(model)];
  const missing = asked.find((folder) => !isModelFolder(folder));
  if (missing !== undefined) {
    throw new StudioError("MODEL_FOLDER", {
      message: `"${basename(missing)}" has no model_index.json, so it is no model folder.`,
    });
  }
  // A model asked for by itself is the only one, unless a folder of them was asked for too.
  if (asked.length > 0 && models === undefined) return asked;
  if (!existsSync(modelsFolder)) {
    throw new StudioError("MODEL_FOLDER", {
      message: `The folder of models "${basename(modelsFolder)}" does not exist.`,
    });
  }
  const found = readdirSync(modelsFolder)
    .sort()
    .map((name) => join(modelsFolder, name));
  return [...new Set([...asked, ...found.filter(isModelFolder)])];
}

async function describeModel(folder: string): Promise<ModelChoice> {
  return { name: basename(folder), folder, ...(await readModelDefaults(folder)) };
}

function requireFolder(folder: string): string {
  return existing(folder, folder) ?? folder;
}

/** A folder that was asked for has to be there; a usual one need not. */
function existing(folder: string, asked: string | undefined): string | undefined {
  if (existsSync(folder)) return resolve(folder);
  if (asked === undefined) return undefined;
  throw new StudioError("FOLDER_UNREADABLE", { message: `The folder "${basename(folder)}" does not exist.` });
}

function networkNames(folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".onnx"))
    .map((name) => parse(name).name);
}
