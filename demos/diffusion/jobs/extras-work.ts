import { readFile } from "node:fs/promises";
import { basename, join, parse } from "node:path";
import type { Picture, PictureFormat } from "../images/picture.ts";
import { readTexts, parametersKey } from "../images/metadata.ts";
import { StopControl, type StopKind } from "../pipeline/generation/stop-control.ts";
import {
  runPostprocessing,
  type PostprocessingReport,
  type PostprocessingResult,
  type PostprocessingSource,
} from "../postprocessing/run-postprocessing.ts";
import type { ScriptPostprocessingRunner } from "../postprocessing/runner.ts";
import type { Work, WorkContext } from "./job.ts";

/** A picture file to work on. */
export interface ExtrasInput {
  readonly path: string;
  /** As its owner named it. */
  readonly name: string;
}

/** A folder of the server to work through. */
export interface ExtrasFolder {
  /** Where it lies; both folders have to be allowed. */
  readonly path: string;
  readonly resultPath: string;
  readonly allowedRoots: readonly string[];
  /** What its owner calls the two. */
  readonly name: string;
  readonly resultName: string;
  /** Whether results are shown as well, and not only saved. */
  readonly showsResults: boolean;
}

export interface ExtrasOrder {
  /** Pictures, or a folder of them. */
  readonly inputs: readonly ExtrasInput[] | ExtrasFolder;
  /** Values of the scripts' controls, as the runner lays them out. */
  readonly args: readonly unknown[];
  /** Scripts that run first, by name. */
  readonly operationOrder: readonly string[];
  /** Scripts that take no part, by name. */
  readonly disabled: readonly string[];
  readonly format: PictureFormat;
}

/** How often the running script's name is told, in milliseconds. */
const reportEveryMs = 250;

/** Sends pictures through the scripts, as a job. */
export function extrasWork(runner: ScriptPostprocessingRunner<Picture>, order: ExtrasOrder): Work {
  const control = new StopControl();
  return {
    kind: "extras",
    label: labelOf(order.inputs),
    // The postprocessing reads its stops from the state, where the board has written them.
    stop: (kind: StopKind) => control.ask(kind),
    run: (context) => runExtras(runner, order, context),
  };
}

function labelOf(inputs: ExtrasOrder["inputs"]): string {
  if ("path" in inputs) return inputs.name;
  return inputs.length === 1 ? (inputs[0]?.name ?? "") : `${inputs.length} pictures`;
}

function sourceOf(inputs: ExtrasOrder["inputs"]): PostprocessingSource {
  if (!("path" in inputs)) {
    return { kind: "batch", inputs: inputs.map(({ path, name }) => ({ name, read: () => readFile(path) })) };
  }
  const { path, resultPath, allowedRoots } = inputs;
  return { kind: "folder", folder: path, resultFolder: resultPath, allowedRoots };
}

async function runExtras(
  runner: ScriptPostprocessingRunner<Picture>,
  order: ExtrasOrder,
  context: WorkContext,
): Promise<void> {
  const { inputs, args, operationOrder, disabled, format } = order;
  const { state, signal } = context;
  const kept: Promise<unknown>[] = [];
  const report = () => {
    if (state.jobCount <= 0) return;
    const words = [state.textInfo ?? "", state.job].filter((part) => part !== "" && part !== "extras");
    context.report({ fraction: state.jobNo / state.jobCount, words: words.join(" · ") || "Reading" });
  };
  const timer = setInterval(report, reportEveryMs);
  try {
    let saved = 0;
    const done = await runPostprocessing(sourceOf(inputs), {
      runner,
      state,
      args,
      operationOrder,
      disabled,
      format,
      signal,
      keepsResults: false,
      onResult: (result) => {
        if (result.path !== undefined) saved += 1;
        if ("path" in inputs && !inputs.showsResults) return;
        const keeping = keepResult(result, inputs, context);
        // Awaited below; until then nobody listens to a failure.
        keeping.catch(() => undefined);
        kept.push(keeping);
      },
    });
    if ("path" in inputs) {
      context.note(
        `${saved} ${saved === 1 ? "picture was" : "pictures were"} saved in ${inputs.resultName}.`,
        "success",
      );
    }
    tellFailures(done, context);
  } finally {
    clearInterval(timer);
    await Promise.allSettled(kept);
  }
  await Promise.all(kept);
}

/** More than these would cover the page. */
const mostFailuresTold = 5;

function tellFailures({ failures, inputs, done }: PostprocessingReport, context: WorkContext): void {
  for (const { source, script, error } of failures.slice(0, mostFailuresTold)) {
    const words = error instanceof Error ? error.message : String(error);
    context.note(`${[source, script].filter(Boolean).join(", ")}: ${words}`);
  }
  const untold = failures.length - mostFailuresTold;
  if (untold > 0) context.note(`And ${untold} more went wrong, of ${inputs} pictures.`);
  if (done < inputs) context.note(`Stopped after ${done} of ${inputs} pictures.`);
}

async function keepResult(
  result: PostprocessingResult,
  inputs: ExtrasOrder["inputs"],
  context: WorkContext,
): Promise<void> {
  const sourcePath =
    "path" in inputs
      ? join(inputs.path, result.source)
      : inputs.find(({ name }) => name === result.source)?.path;
  const original = (await readTexts(result.bytes)).get(parametersKey);
  const caption = result.caption === undefined ? "" : `Caption: ${result.caption}`;
  const saved =
    result.path !== undefined && "path" in inputs
      ? `Saved as ${inputs.resultName}/${basename(result.path)}`
      : "";
  await context.keep({
    kind: "extras",
    bytes: result.bytes,
    name: `${parse(basename(result.source)).name}${result.suffix}`,
    extension: result.extension,
    caption: `${parse(result.source).name}${result.suffix}`,
    parameters: [original, result.infotext || "Nothing was changed.", caption, saved]
      .filter(Boolean)
      .join("\n\n"),
    isBranch: result.isBranch,
    isIncomplete: !result.isComplete,
    ...(sourcePath === undefined ? {} : { sourcePath }),
  });
}
