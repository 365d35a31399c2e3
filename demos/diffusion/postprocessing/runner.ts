import { StudioError } from "../studio-error.ts";
import type { PostprocessedImage } from "./postprocessed-image.ts";
import { RunGuard, type ScriptFailure } from "./run-guard.ts";
import type { ScriptArgs, ScriptControls, ScriptPostprocessing } from "./script-postprocessing.ts";
import { copyFromExtra } from "./extra-images.ts";

/** What the runner reads and reports while it works. `SharedState` is one. */
export interface RunnerState {
  /** Set to the name of the script that runs. */
  job: string;
  /** Whether the rest of this picture's scripts is to be left out. */
  readonly skipped: boolean;
  /** Whether to stop everything; the careful runner stops at the next script. */
  readonly interrupted?: boolean;
}

export interface RunnerOptions<Image> {
  /** Scripts that exist. */
  readonly scripts: readonly ScriptPostprocessing<Image>[];
  readonly state: RunnerState;
  /** Names in the order the user wants; scripts not named follow by their `order`, then by name. @default [] */
  readonly operationOrder?: readonly string[];
  /** Names of scripts to leave out. @default [] */
  readonly disabled?: readonly string[];
  /**
   * `careful`: a script that fails is reported and the rest goes on; missing arguments are filled from the
   * controls or refused. `webui`: exactly as the original, where the first error ends everything and missing
   * arguments are null. @default "careful"
   */
  readonly behaviour?: "careful" | "webui";
  /** Longest time one script may take over one picture, in milliseconds; 0 is no limit. Careful only. @default 0 */
  readonly scriptTimeLimitMs?: number;
}

/** What may differ from run to run, such as one user's choices. */
export interface RunOptions {
  /** Gives up waiting for the running script. Careful only. */
  readonly signal?: AbortSignal;
  /** @default the runner's */
  readonly state?: RunnerState;
  /** @default the runner's */
  readonly operationOrder?: readonly string[];
  /** Names of scripts to leave out of this run, besides those the runner leaves out. @default [] */
  readonly disabled?: readonly string[];
}

export interface RunReport {
  /** Scripts that failed, in the order they did. Empty when all went well. */
  readonly failures: readonly ScriptFailure[];
  /** Whether every script had its turn: false after skip, interrupt or abort. */
  readonly isComplete: boolean;
}

/** Where a script's arguments stand in the flat list. */
export interface ScriptSlot<Image> {
  readonly script: ScriptPostprocessing<Image>;
  readonly controls: ScriptControls;
  /** First argument's place, and the place behind the last. */
  readonly argsFrom: number;
  readonly argsTo: number;
}

/** Sends a picture through the scripts, in the user's order. */
export class ScriptPostprocessingRunner<Image = unknown> {
  private readonly options: RunnerOptions<Image>;
  private slots: readonly ScriptSlot<Image>[] | undefined;
  /** Scripts whose controls could not be built, and why. They take no part. */
  readonly setupFailures: ScriptFailure[] = [];

  constructor(options: RunnerOptions<Image>) {
    requireUniqueNames(options.scripts);
    this.options = options;
  }

  /** The scripts that will run: those the user has ordered first, then by `order` and name, disabled ones left out. */
  scriptsInPreferredOrder(): ScriptPostprocessing<Image>[] {
    const { scripts, operationOrder = [], disabled = [] } = this.options;
    const enabled = scripts.filter(({ name }) => !disabled.includes(name));
    return enabled.sort(byPreference(operationOrder, this.lastRank(operationOrder)));
  }

  /** Builds every script's controls, once, and gives each its slice of the flat argument list. */
  setupUi(): readonly ScriptSlot<Image>[] {
    if (this.slots) return this.slots;
    const slots: ScriptSlot<Image>[] = [];
    for (const script of this.scriptsInPreferredOrder()) {
      const controls = this.buildControls(script);
      if (!controls) continue;
      const argsFrom = slots.at(-1)?.argsTo ?? 0;
      slots.push({ script, controls, argsFrom, argsTo: argsFrom + Object.keys(controls).length });
    }
    this.slots = slots;
    return slots;
  }

  /**
   * The flat argument list for values given by script and control name.
   *
   * @throws {StudioError} `SCRIPT_UNKNOWN` for a script or control that does not exist (careful only).
   */
  createArgsForRun(args: Readonly<Record<string, ScriptArgs>>): unknown[] {
    const slots = this.setupUi();
    if (this.isCareful) this.requireKnownNames(args);
    return slots.flatMap(({ script, controls }) => {
      const given = Object.hasOwn(args, script.name) ? args[script.name] : undefined;
      return Object.entries(controls).map(([name, control]) => {
        if (given && Object.hasOwn(given, name)) return given[name];
        return this.isCareful ? (control.options.value ?? null) : null;
      });
    });
  }

  /**
   * Runs every script over a picture. Pictures that scripts add go through the later scripts and end in
   * `pp.extraImages`.
   *
   * @param args the flat list, as `setupUi` laid it out; `createArgsForRun` makes one from names
   * @throws {StudioError} `ARGUMENTS_MISSING` when the list is too short (careful only)
   */
  async run(
    pp: PostprocessedImage<Image>,
    args: readonly unknown[],
    options: RunOptions = {},
  ): Promise<RunReport> {
    const calls = this.planCalls(args, options);
    const state = options.state ?? this.options.state;
    const { scriptTimeLimitMs: timeLimitMs = 0 } = this.options;
    const isStopped = () => state.skipped || state.interrupted === true;
    const { signal } = options;
    const guard = new RunGuard<Image>({ isCareful: this.isCareful, timeLimitMs, signal, isStopped });
    for (const { script, values } of calls) await guard.firstPass(script, pp, values);
    const images = [pp];
    let isComplete = true;
    for (const { script, values } of calls) {
      if (this.shouldStop(state, options.signal)) {
        isComplete = false;
        break;
      }
      state.job = script.name;
      // A snapshot: what this script adds is for the later ones.
      for (const image of images.slice()) {
        if (!image.disableProcessing && isComplete) isComplete = await guard.process(script, image, values);
        images.push(...image.extraImages.map((extra) => copyFromExtra(image, extra)));
        image.extraImages = [];
      }
    }
    pp.extraImages = images.slice(1);
    return { failures: guard.failures, isComplete };
  }

  /** Tells every script that another picture was chosen. */
  imageChanged(): void {
    for (const script of this.scriptsInPreferredOrder()) script.imageChanged();
  }

  /** Whether failures are reported instead of ending the run. */
  get isCareful(): boolean {
    return (this.options.behaviour ?? "careful") === "careful";
  }

  /** Rank of scripts the user has not placed. The original puts them before a place beyond the number of scripts. */
  private lastRank(operationOrder: readonly string[]): number {
    const { length } = this.options.scripts;
    return this.isCareful ? Math.max(length, operationOrder.length) : length;
  }

  private planCalls(args: readonly unknown[], { operationOrder, disabled = [] }: RunOptions) {
    const slots = this.setupUi().filter(({ script }) => !disabled.includes(script.name));
    const order = operationOrder ?? this.options.operationOrder ?? [];
    const prefer = byPreference(order, this.lastRank(order));
    const ordered = [...slots].sort((first, second) => prefer(first.script, second.script));
    return ordered.map((slot) => ({ script: slot.script, values: this.argsOf(slot, args) }));
  }

  private shouldStop(state: RunnerState, signal: AbortSignal | undefined): boolean {
    return state.skipped || (this.isCareful && (state.interrupted === true || signal?.aborted === true));
  }

  private buildControls(script: ScriptPostprocessing<Image>): ScriptControls | undefined {
    try {
      return requireControls(script.name, script.ui());
    } catch (error) {
      if (!this.isCareful) throw error;
      this.setupFailures.push({ script: script.name, phase: "ui", error });
      return undefined;
    }
  }

  private argsOf(slot: ScriptSlot<Image>, args: readonly unknown[]): ScriptArgs {
    const names = Object.keys(slot.controls);
    if (this.isCareful && args.length < slot.argsTo) {
      const missing = names.slice(Math.max(0, args.length - slot.argsFrom));
      throw new StudioError("ARGUMENTS_MISSING", {
        message: `Script "${slot.script.name}" expects ${names.length} arguments from place ${slot.argsFrom} on, but the list has only ${args.length} in all; missing: ${missing.join(", ")}.`,
      });
    }
    // Webui: what the list does not reach is not passed at all.
    const reached = names.slice(0, Math.max(0, args.length - slot.argsFrom));
    return Object.fromEntries(reached.map((name, index) => [name, args[slot.argsFrom + index]]));
  }

  private requireKnownNames(args: Readonly<Record<string, ScriptArgs>>): void {
    const controls = new Map(this.setupUi().map((slot) => [slot.script.name, Object.keys(slot.controls)]));
    const names = this.options.scripts.map(({ name }) => name);
    for (const [name, values] of Object.entries(args)) {
      if (!names.includes(name)) throw unknownName(`There is no script "${name}"`, names);
      // A script that is left out may still be given values: they wait until it is back.
      const known = controls.get(name) ?? Object.keys(values);
      const unknown = Object.keys(values).find((key) => !known.includes(key));
      if (unknown !== undefined) throw unknownName(`Script "${name}" has no control "${unknown}"`, known);
    }
  }
}

/** Scripts the user has placed come first, in that order; the others by `order`, then by name. */
function byPreference(operationOrder: readonly string[], lastRank: number) {
  const rank = (name: string) => {
    const place = operationOrder.indexOf(name);
    return place < 0 ? lastRank : place;
  };
  return (first: NamedScript, second: NamedScript): number =>
    rank(first.name) - rank(second.name) || first.order - second.order || compare(first.name, second.name);
}

interface NamedScript {
  readonly name: string;
  readonly order: number;
}

/** By code unit, so that the order is the same on every machine. */
function compare(first: string, second: string): number {
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

function unknownName(sentence: string, known: readonly string[]): StudioError {
  return new StudioError("SCRIPT_UNKNOWN", {
    message: `${sentence}; there are: ${known.join(", ") || "none"}.`,
  });
}

function requireUniqueNames(scripts: readonly NamedScript[]): void {
  const names = scripts.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new StudioError("SCRIPT_DUPLICATE", { message: `There are two scripts named "${twice}".` });
}

function requireControls(name: string, controls: unknown): ScriptControls {
  if (isControls(controls)) return controls;
  throw new StudioError("SCRIPT_CONTROLS", {
    message: `ui() of script "${name}" should return an object of named components; it returned ${describe(controls)}.`,
  });
}

function isControls(value: unknown): value is ScriptControls {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (control: unknown) =>
      typeof control === "object" &&
      control !== null &&
      "options" in control &&
      typeof control.options === "object",
  );
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object with something else in it" : `a ${typeof value}`;
}
