import type { CompiledApp, CompiledListener } from "../app/compile-app.ts";
import type { JobContext } from "../app/job-context.ts";
import { State } from "../app/state.ts";
import type { Block } from "../component/block.ts";
import { Component, parsePayload } from "../component/component.ts";
import type { Files } from "../component/file-ref.ts";
import { Update, type Props } from "../component/update.ts";
import { VitrineError } from "../errors.ts";
import type { BlockId } from "../ids.ts";
import type { Json } from "../json.ts";
import type { Batches } from "./batches.ts";
import { AbortRace } from "./abort-race.ts";
import type { Clock } from "./ports.ts";
import { BlockFailure } from "./report-error.ts";
import type { SessionData } from "./session-data.ts";

/** What one result does to one output. */
export interface OutputUpdate {
  readonly blockId: BlockId;
  readonly payload?: Json;
  readonly props?: Props;
}

export interface JobRun {
  readonly app: CompiledApp;
  readonly listener: CompiledListener;
  readonly payloads: readonly Json[];
  readonly context: JobContext;
  readonly data: SessionData;
  readonly files: Files;
  readonly clock: Clock;
  /** Called for the result, and for each one yielded; with nothing when only States changed. */
  onOutput(updates: readonly OutputUpdate[]): void;
  onStateChanged(blockId: BlockId): void;
}

/** A generator gets this long to end after a cancel. */
const returnGraceMs = 2000;
/** A generator that never waits lets others have a turn this often. */
const breatheEveryMs = 10;

/**
 * One job from payloads to last output: preprocess, the user's function, postprocess.
 *
 * @throws what the function throws, a BlockFailure around what a component refuses, or the signal's reason
 */
export async function runJob(run: JobRun, batches: Batches): Promise<void> {
  const race = new AbortRace(run.context.signal);
  const values = await race.wait(preprocessInputs(run));
  const { fn, batch } = run.listener;
  if (!fn) return;
  if (batch) return giveOutputs(await race.wait(batches.add(run, values)), run);
  const result: unknown = fn(...([...values, run.context] as never[]));
  if (isIterator(result)) return runGenerator(result, run, race);
  await giveOutputs(await race.wait(Promise.resolve(result)), run);
}

async function preprocessInputs(run: JobRun): Promise<readonly unknown[]> {
  const { listener, payloads } = run;
  if (payloads.length !== listener.inputs.length) {
    throw new VitrineError("WRONG_INPUT_COUNT", {
      message: `Expected ${count(listener.inputs.length, "input")}, got ${payloads.length}.`,
    });
  }
  return Promise.all(listener.inputs.map((component, index) => preprocessInput(component, index, run)));
}

async function preprocessInput(component: Component, index: number, run: JobRun): Promise<unknown> {
  const blockId = run.listener.inputIds[index] as BlockId;
  const key = run.app.keyOf(blockId);
  try {
    if (component instanceof State) return await run.data.readState(component, key);
    const current = await run.data.blockFor(component, key);
    return await current.preprocess(parsePayload(current, run.payloads[index]), { files: run.files });
  } catch (error) {
    throw new BlockFailure(blockId, error);
  }
}

async function runGenerator(iterator: AnyIterator, run: JobRun, race: AbortRace): Promise<void> {
  let lastBreathMs = run.clock.now();
  try {
    for (;;) {
      const step = await race.wait(Promise.resolve(iterator.next()));
      // A generator's return value is a last result, unless it returns nothing.
      if (step.done && step.value === undefined) return;
      await giveOutputs(step.value, run);
      if (step.done) return;
      if (run.clock.now() - lastBreathMs > breatheEveryMs) {
        await race.wait(new Promise<void>((resolve) => void run.clock.setTimer(0, resolve)));
        lastBreathMs = run.clock.now();
      }
    }
  } catch (error) {
    await closeIterator(iterator, run.clock);
    throw error;
  }
}

/** Runs the generator's `finally`; gives up waiting after a grace, since nothing can interrupt a pending await. */
async function closeIterator(iterator: AnyIterator, clock: Clock): Promise<void> {
  const closed = Promise.resolve()
    .then(() => iterator.return?.(undefined))
    .catch(() => undefined);
  let stopTimer: () => void = () => undefined;
  const grace = new Promise<void>((resolve) => {
    stopTimer = clock.setTimer(returnGraceMs, resolve);
  });
  await Promise.race([closed, grace]);
  stopTimer();
}

async function giveOutputs(result: unknown, run: JobRun): Promise<void> {
  const { outputs } = run.listener;
  if (outputs.length === 0) return;
  const values = resultValues(result, outputs.length);
  const updates: OutputUpdate[] = [];
  for (const [index, block] of outputs.entries()) {
    const update = await giveOutput(block, { value: values[index], index, run });
    if (update) updates.push(update);
  }
  run.onOutput(updates);
}

function resultValues(result: unknown, outputs: number): readonly unknown[] {
  if (outputs === 1) return [result];
  if (result instanceof Update) return Array.from({ length: outputs }, () => result);
  if (!Array.isArray(result)) {
    throw new VitrineError("WRONG_OUTPUT_COUNT", {
      message: `The function returned ${describe(result)}; its ${outputs} outputs take an array of ${outputs} values.`,
    });
  }
  if (result.length !== outputs) {
    throw new VitrineError("WRONG_OUTPUT_COUNT", {
      message: `The function returned ${count(result.length, "value")} for ${outputs} outputs.`,
    });
  }
  return result;
}

interface Output {
  readonly value: unknown;
  readonly index: number;
  readonly run: JobRun;
}

async function giveOutput(block: Block, { value, index, run }: Output): Promise<OutputUpdate | undefined> {
  const blockId = run.listener.outputIds[index] as BlockId;
  try {
    if (block instanceof State) {
      await giveState(block, { value, index, run });
      return undefined;
    }
    if (value instanceof Update) return await applyUpdate(block, value, { blockId, run });
    if (!(block instanceof Component)) {
      throw new VitrineError("VALUE_NOT_SHOWN", {
        message: `A ${block.type} has no value; it takes update({ … }), got ${describe(value)}.`,
      });
    }
    const current = await run.data.blockFor(block, run.app.keyOf(blockId));
    // Functions that return nothing empty their output, as null does.
    return { blockId, payload: await current.postprocess(value ?? null, { files: run.files }) };
  } catch (error) {
    throw new BlockFailure(blockId, error);
  }
}

async function giveState(state: State<unknown>, { value, index, run }: Output): Promise<void> {
  const blockId = run.listener.outputIds[index] as BlockId;
  if (value instanceof Update && !("value" in value.props)) return;
  const next = value instanceof Update ? value.props["value"] : value;
  if (await run.data.writeState(state, run.app.keyOf(blockId), next)) run.onStateChanged(blockId);
}

async function applyUpdate(
  block: Block,
  update: Update,
  { blockId, run }: { readonly blockId: BlockId; readonly run: JobRun },
): Promise<OutputUpdate | undefined> {
  const { value, ...changes } = update.props;
  const key = run.app.keyOf(blockId);
  const before = await run.data.blockFor(block, key);
  const hasChanges = Object.keys(changes).length > 0;
  if (hasChanges) await run.data.changeOptions(key, changes);
  const after = hasChanges ? await run.data.blockFor(block, key) : before;
  const props = {
    ...changedProps(before.props(run.app.idOf), after.props(run.app.idOf)),
    ...namedProps(after.props(run.app.idOf), changes),
  };
  const hasValue = "value" in update.props && after instanceof Component;
  if (!hasValue && Object.keys(props).length === 0) return undefined;
  return {
    blockId,
    ...(Object.keys(props).length > 0 ? { props } : {}),
    ...(hasValue ? { payload: await after.postprocess(value ?? null, { files: run.files }) } : {}),
  };
}

/** What the update names is sent even when it was so before: the visitor may have changed it in the page since. */
function namedProps(props: Props, changes: Readonly<Record<string, unknown>>): Props {
  return Object.fromEntries(Object.entries(props).filter(([name]) => name in changes));
}

function changedProps(before: Props, after: Props): Props {
  const changed: Record<string, Json> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    // A prop that fell back to its default is sent as null.
    if (JSON.stringify(before[name]) !== JSON.stringify(after[name])) changed[name] = after[name] ?? null;
  }
  return changed;
}

type AnyIterator = Iterator<unknown, unknown> | AsyncIterator<unknown, unknown>;

function isIterator(value: unknown): value is AnyIterator {
  if (typeof value !== "object" || value === null) return false;
  return (
    "next" in value &&
    typeof value.next === "function" &&
    (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  return Array.isArray(value) ? `an array of ${value.length}` : `a ${typeof value}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
