import { parseScheduleTree, type ScheduleNode, type SwitchTime } from "./schedule-tree.ts";
import { StudioError } from "../../studio-error.ts";

/** One line of a prompt's schedule: the text that holds up to and including an entry number. */
export interface ScheduleEntry {
  /** Number of the last entry this text is for, counted from 1. */
  readonly until: number;
  readonly text: string;
}

export interface ScheduleOptions {
  /**
   * Denoiser calls of the first pass. A sampler that calls the denoiser twice a step counts twice.
   * Whole, 1 or more.
   */
  readonly steps: number;
  /** Denoiser calls of the hires pass; given, the schedule is that of the hires pass. @default undefined */
  readonly hiresSteps?: number;
  /**
   * Reads times as the webui did before its version 1.6: below 1 a share of the steps, from 1 on a step, and
   * the hires pass as the first. @default false
   */
  readonly oldBehaviour?: boolean;
}

/**
 * Which text holds at which step: `[from:to:when]`, `[to:when]`, `[from::when]` and `[a|b]` resolved.
 * A time with a decimal point is a share of the steps (1 to 2 lies in the hires pass), one without a step
 * (counted on through the hires pass).
 *
 * @throws {StudioError} `PROMPT_OPTION` when a number of steps is not whole or below 1.
 */
export function schedulePrompt(prompt: string, options: ScheduleOptions): ScheduleEntry[] {
  const clock = createClock(options);
  const tree = parseScheduleTree(prompt);
  if (!tree) return [{ until: clock.steps, text: prompt }];
  return entryNumbers(tree, clock).map((until) => ({ until, text: textAt(tree, until, clock) }));
}

/**
 * The entry that holds at a denoiser call, counted from 0. The first entry holds for one call more than its
 * number says (`[a:b:5]` shows a for calls 0 to 5), as in every picture made with the webui.
 */
export function entryAtCall(schedule: readonly ScheduleEntry[], call: number): ScheduleEntry {
  const entry = schedule.find(({ until }) => call <= until) ?? schedule.at(-1);
  if (!entry)
    throw new StudioError("PROMPT_OPTION", { message: "Expected a schedule with at least one entry." });
  return entry;
}

interface Clock {
  readonly steps: number;
  /** The entry number of a time, cut to the number of steps; below 1 the switch has already happened. */
  entryOf(when: SwitchTime): number;
}

function createClock({ steps, hiresSteps, oldBehaviour = false }: ScheduleOptions): Clock {
  requireSteps("steps", steps);
  if (hiresSteps !== undefined) requireSteps("hiresSteps", hiresSteps);
  if (oldBehaviour) {
    const entryOf = ({ value }: SwitchTime) => Math.min(steps, Math.trunc(value < 1 ? value * steps : value));
    return { steps, entryOf };
  }
  const total = hiresSteps ?? steps;
  const passed = hiresSteps === undefined ? { steps: 0, share: 0 } : { steps, share: 1 };
  return {
    steps: total,
    entryOf: ({ value, isFraction }) =>
      Math.min(total, Math.trunc(isFraction ? (value - passed.share) * total : value - passed.steps)),
  };
}

function requireSteps(name: string, steps: number): void {
  if (Number.isInteger(steps) && steps >= 1) return;
  throw new StudioError("PROMPT_OPTION", {
    message: `Expected ${name} to be a whole number of 1 or more, got ${steps}.`,
  });
}

/** Every number at which something may change, ascending; the last is always the number of steps. */
function entryNumbers(tree: readonly ScheduleNode[], clock: Clock): number[] {
  const numbers = new Set([clock.steps]);
  const waiting: ScheduleNode[] = [...tree];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof node === "string" || node.kind === "mark") continue;
    if (node.kind === "alternate") {
      for (let step = 1; step <= clock.steps; step++) numbers.add(step);
      for (const option of node.options) waiting.push(...option);
    } else {
      const entry = clock.entryOf(node.when);
      if (entry >= 1) numbers.add(entry);
      waiting.push(...node.before, ...node.after);
    }
  }
  return [...numbers].sort((first, second) => first - second);
}

/** Not recursive: a prompt may nest deeper than the stack is high. */
function textAt(tree: readonly ScheduleNode[], step: number, clock: Clock): string {
  let text = "";
  const waiting: ScheduleNode[] = [...tree].reverse();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof node === "string") text += node;
    else if (node.kind === "mark") text += node.text;
    else waiting.push(...chosen(node, step, clock).toReversed());
  }
  return text;
}

function chosen(
  node: Exclude<ScheduleNode, string | { kind: "mark" }>,
  step: number,
  clock: Clock,
): readonly ScheduleNode[] {
  if (node.kind === "alternate") return node.options[(step - 1) % node.options.length] ?? [];
  return step <= clock.entryOf(node.when) ? node.before : node.after;
}
