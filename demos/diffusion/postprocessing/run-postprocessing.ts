import type { SharedState } from "../jobs/shared-state.ts";
import { StudioError } from "../studio-error.ts";
import { readTexts } from "../images/metadata.ts";
import { decodePicture, toPicture, type Picture } from "../images/picture.ts";
import { baseNameOf, inputsFromFolder, requireAllowedFolder, type InputPicture } from "./input-pictures.ts";
import { encodeOutput, saveOutput, type OutputOptions, type SourcePicture } from "./output-pictures.ts";
import { PostprocessedImage } from "./postprocessed-image.ts";
import type { ScriptFailure } from "./run-guard.ts";
import type { RunOptions, ScriptPostprocessingRunner } from "./runner.ts";

/** What to work on. */
export type PostprocessingSource =
  | { readonly kind: "single"; readonly input: InputPicture | undefined }
  | { readonly kind: "batch"; readonly inputs: readonly InputPicture[] }
  | {
      readonly kind: "folder";
      readonly folder: string;
      /** Folders that may be read from and written to. */
      readonly allowedRoots: readonly string[];
      /** Where results are saved. Must be allowed as well. @default `outputFolder` */
      readonly resultFolder?: string;
    };

export interface PostprocessingOptions extends OutputOptions, Omit<RunOptions, "state"> {
  readonly runner: ScriptPostprocessingRunner<Picture>;
  /** Reports progress, and is obeyed: skip leaves out one picture, interrupt and stop end the run. */
  readonly state: SharedState<unknown, Picture>;
  /** Values of the scripts' controls, as `runner.createArgsForRun` makes them. */
  readonly args: readonly unknown[];
  /** Where results are saved; without it they are not. */
  readonly outputFolder?: string;
  /** Whether pictures that were interrupted half-way are saved; they are shown either way. @default false */
  readonly savesIncomplete?: boolean;
  /** Whether results are kept in the answer, or only told to `onResult`. @default true */
  readonly keepsResults?: boolean;
  /** Hears about each result as soon as it is there. */
  readonly onResult?: (result: PostprocessingResult) => void;
}

export interface PostprocessingResult {
  /** Name of the source, empty for none. */
  readonly source: string;
  readonly suffix: string;
  /** Whether a script added it; false for the source's own result, which comes first. */
  readonly isBranch: boolean;
  /** The encoded file, with its metadata. */
  readonly bytes: Uint8Array;
  readonly extension: string;
  /** What was done, as text. */
  readonly infotext: string;
  readonly caption: string | undefined;
  /** Whether every script had its turn. */
  readonly isComplete: boolean;
  /** Where it was saved, if it was. */
  readonly path: string | undefined;
}

/** Something that went wrong with one picture; the others went on. */
export interface PostprocessingFailure {
  readonly source: string;
  /** The script it happened in; undefined for reading and saving. */
  readonly script: string | undefined;
  readonly error: unknown;
}

export interface PostprocessingReport {
  readonly results: readonly PostprocessingResult[];
  readonly failures: readonly PostprocessingFailure[];
  /** How many pictures were there, and how many had their turn before the run ended. */
  readonly inputs: number;
  readonly done: number;
}

/**
 * Sends a picture, a batch or a folder through the scripts. Only one picture is in memory at a time.
 *
 * @throws {StudioError} `IMAGE_MISSING`, `FOLDER_NOT_ALLOWED`, `FOLDER_UNREADABLE` or `ARGUMENTS_MISSING` before
 *   any picture is touched; later failures are in the report.
 */
export async function runPostprocessing(
  source: PostprocessingSource,
  options: PostprocessingOptions,
): Promise<PostprocessingReport> {
  const { state } = options;
  const inputs = await listInputs(source);
  const folder = await resultFolderOf(source, options);
  const report = new Report(options);
  state.begin("extras");
  try {
    state.jobCount = inputs.length;
    for (const input of inputs) {
      if (shouldStop(options)) break;
      state.textInfo = input.name;
      state.skipped = false;
      await processInput(input, { options, folder, report });
      report.done += 1;
      await state.nextJob();
    }
  } finally {
    state.end();
  }
  return { results: report.results, failures: report.failures, inputs: inputs.length, done: report.done };
}

class Report {
  readonly results: PostprocessingResult[] = [];
  readonly failures: PostprocessingFailure[] = [];
  done = 0;
  private readonly options: PostprocessingOptions;

  constructor(options: PostprocessingOptions) {
    this.options = options;
  }

  addResult(result: PostprocessingResult): void {
    if (this.options.keepsResults !== false) this.results.push(result);
    this.options.onResult?.(result);
  }

  addScriptFailures(source: string, failures: readonly ScriptFailure[]): void {
    this.failures.push(...failures.map(({ script, error }) => ({ source, script, error })));
  }
}

interface RunContext {
  readonly options: PostprocessingOptions;
  readonly folder: string | undefined;
  readonly report: Report;
}

async function processInput(input: InputPicture, context: RunContext): Promise<void> {
  const { options, report } = context;
  const fail = (error: unknown) =>
    void report.failures.push({ source: input.name, script: undefined, error });
  try {
    const bytes = await input.read();
    const picture = await decodePicture(bytes);
    const source = { baseName: baseNameOf(input.name), fileName: input.name, bytes, picture };
    const pp = new PostprocessedImage(picture, await readTexts(bytes));
    const { failures, isComplete } = await options.runner.run(pp, options.args, options);
    report.addScriptFailures(input.name, failures);
    if (options.state.skipped) return;
    const used = new Set<string>();
    for (const result of [pp, ...pp.extraImages]) {
      if (!(result instanceof PostprocessedImage)) continue;
      const suffix = result.getSuffix(used);
      await output(source, result, { ...context, suffix, isBranch: result !== pp, isComplete, fail });
    }
  } catch (error) {
    // Wrong arguments are wrong for every picture; and the original ends at the first error.
    const isFatal = error instanceof StudioError && error.code === "ARGUMENTS_MISSING";
    if (isFatal || !options.runner.isCareful) throw error;
    fail(error);
  }
}

interface OutputContext extends RunContext {
  readonly isBranch: boolean;
  readonly suffix: string;
  readonly isComplete: boolean;
  readonly fail: (error: unknown) => void;
}

async function output(
  source: SourcePicture,
  pp: PostprocessedImage<Picture>,
  { options, folder, report, suffix, isBranch, isComplete, fail }: OutputContext,
): Promise<void> {
  const encoded = await encodeOutput(source, pp, options).catch((error: unknown) => {
    if (!(error instanceof StudioError) || error.code !== "METADATA_TOO_LARGE") throw error;
    fail(error);
    return encodeOutput(source, pp, { ...options, writesTexts: false });
  });
  options.state.assignCurrentImage(previewOf(pp.image));
  const { caption } = pp;
  let path: string | undefined;
  if (folder !== undefined && (isComplete || options.savesIncomplete === true)) {
    try {
      path = await saveOutput(encoded, { folder, baseName: source.baseName, suffix, caption }, options);
    } catch (error) {
      // The picture itself is in the result all the same.
      fail(error);
    }
  }
  const { fileName } = source;
  report.addResult({ source: fileName, suffix, isBranch, ...encoded, caption, isComplete, path });
}

/** Longest side of what is shown while the next picture is worked on, in pixels. */
const previewSide = 1536;

/** A large result is not kept in memory only to be looked at: only some of its pixels stay. */
function previewOf(picture: Picture): Picture {
  const { width, height, channels, data } = picture;
  const step = Math.ceil(Math.max(width, height) / previewSide);
  if (step === 1) return picture;
  const small = { width: Math.ceil(width / step), height: Math.ceil(height / step), channels };
  const pixels = new Uint8Array(small.width * small.height * channels);
  let at = 0;
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const from = (y * width + x) * channels;
      for (let channel = 0; channel < channels; channel++) pixels[at++] = data[from + channel]!;
    }
  }
  return toPicture(pixels, small);
}

async function listInputs(source: PostprocessingSource): Promise<readonly InputPicture[]> {
  switch (source.kind) {
    case "single":
      if (source.input) return [source.input];
      throw new StudioError("IMAGE_MISSING", { message: "Expected a picture, got none." });
    case "batch":
      if (source.inputs.length > 0) return source.inputs;
      throw new StudioError("IMAGE_MISSING", { message: "Expected one or more pictures, got none." });
    case "folder":
      return inputsFromFolder(source.folder, source.allowedRoots);
  }
}

async function resultFolderOf(
  source: PostprocessingSource,
  options: PostprocessingOptions,
): Promise<string | undefined> {
  if (source.kind !== "folder" || source.resultFolder === undefined) return options.outputFolder;
  return requireAllowedFolder(source.resultFolder, source.allowedRoots);
}

function shouldStop({ state, signal }: PostprocessingOptions): boolean {
  return state.interrupted || state.stoppingGeneration || signal?.aborted === true;
}
