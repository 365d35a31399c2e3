import { StudioError } from "../studio-error.ts";
import { PostprocessedImage } from "./postprocessed-image.ts";
import type { ScriptArgs, ScriptContext, ScriptPostprocessing } from "./script-postprocessing.ts";

/** A script that failed, and where. The picture is as it was before the script. */
export interface ScriptFailure {
  readonly script: string;
  readonly phase: "ui" | "firstPass" | "process";
  readonly error: unknown;
}

export interface GuardOptions {
  readonly isCareful: boolean;
  /** In milliseconds; 0 is no limit. */
  readonly timeLimitMs: number;
  readonly signal: AbortSignal | undefined;
  /** Whether the user has skipped or interrupted; asked while a script works. Careful only. */
  readonly isStopped: () => boolean;
}

/** How often a working script's user is asked whether they still want it, in milliseconds. */
const askEveryMs = 25;

/** The script did nothing wrong: its user has stopped it. */
class StoppedError extends Error {}

/**
 * Calls scripts. When careful, a script works on a draft that only becomes the picture when it succeeds: so a
 * script that throws, or that goes on after its time is up, changes nothing.
 */
export class RunGuard<Image> {
  readonly failures: ScriptFailure[] = [];
  private readonly options: GuardOptions;

  constructor(options: GuardOptions) {
    this.options = options;
  }

  async firstPass(
    script: ScriptPostprocessing<Image>,
    pp: PostprocessedImage<Image>,
    args: ScriptArgs,
  ): Promise<void> {
    await this.call(pp, { script: script.name, phase: "firstPass" }, (draft) =>
      script.processFirstPass(draft, args),
    );
  }

  /** @returns whether the script came to its end, or failed by itself; false when it was stopped */
  async process(
    script: ScriptPostprocessing<Image>,
    pp: PostprocessedImage<Image>,
    args: ScriptArgs,
  ): Promise<boolean> {
    return this.call(pp, { script: script.name, phase: "process" }, (draft, context) =>
      script.process(draft, args, context),
    );
  }

  private async call(
    pp: PostprocessedImage<Image>,
    place: Omit<ScriptFailure, "error">,
    work: Work<Image>,
  ): Promise<boolean> {
    if (!this.options.isCareful) {
      await work(pp, { signal: this.options.signal });
      return true;
    }
    const draft = createDraft(pp);
    try {
      await this.inTime(place.script, (context) => work(draft, context));
      requireImage(place.script, draft);
      commit(draft, pp);
      return true;
    } catch (error) {
      if (error instanceof StoppedError) return false;
      this.failures.push({ ...place, error });
      return true;
    }
  }

  /** Waits for a script, but no longer than its time, its user and the signal say. */
  private async inTime(
    script: string,
    work: (context: ScriptContext) => void | Promise<void>,
  ): Promise<void> {
    const { timeLimitMs, signal, isStopped } = this.options;
    signal?.throwIfAborted();
    const own = new AbortController();
    const message = `Script "${script}" took longer than ${timeLimitMs} ms.`;
    const timeUp = () => own.abort(new StudioError("SCRIPT_TIME_LIMIT", { message }));
    const timer = timeLimitMs > 0 ? setTimeout(timeUp, timeLimitMs) : undefined;
    const asking = setInterval(() => {
      if (isStopped()) own.abort(new StoppedError());
    }, askEveryMs);
    const abort = () => own.abort(abortError(signal));
    signal?.addEventListener("abort", abort, { once: true });
    const gaveUp = new Promise<never>((_resolve, reject) => {
      own.signal.addEventListener("abort", () => reject(abortError(own.signal)), { once: true });
    });
    try {
      await Promise.race([work({ signal: own.signal }), gaveUp]);
    } catch (error) {
      // A script that obeys the signal throws before the race is told; the reason is the same.
      throw own.signal.aborted ? abortError(own.signal) : error;
    } finally {
      clearTimeout(timer);
      clearInterval(asking);
      signal?.removeEventListener("abort", abort);
    }
  }
}

type Work<Image> = (draft: PostprocessedImage<Image>, context: ScriptContext) => void | Promise<void>;

function createDraft<Image>(pp: PostprocessedImage<Image>): PostprocessedImage<Image> {
  const draft = pp.createCopy(pp.image, { disableProcessing: pp.disableProcessing });
  draft.shared = { ...pp.shared };
  draft.extraImages = [...pp.extraImages];
  draft.caption = pp.caption;
  return draft;
}

function commit<Image>(draft: PostprocessedImage<Image>, pp: PostprocessedImage<Image>): void {
  // The hints are one object for all copies, so it is filled, not replaced.
  Object.assign(pp.shared, draft.shared);
  adopt(draft.extraImages, { from: draft, to: pp });
  pp.image = draft.image;
  pp.info = draft.info;
  pp.extraImages = draft.extraImages;
  pp.nametags = draft.nametags;
  pp.disableProcessing = draft.disableProcessing;
  pp.caption = draft.caption;
}

/** Copies that a script made belong to the same run, and copies of copies as well. */
function adopt<Image>(
  extras: PostprocessedImage<Image>["extraImages"],
  { from, to }: { readonly from: PostprocessedImage<Image>; readonly to: PostprocessedImage<Image> },
): void {
  for (const extra of extras) {
    if (!(extra instanceof PostprocessedImage) || extra.shared !== from.shared) continue;
    extra.shared = to.shared;
    adopt(extra.extraImages, { from, to });
  }
}

function requireImage<Image>(script: string, pp: PostprocessedImage<Image>): void {
  if (pp.image !== undefined && pp.image !== null) return;
  throw new StudioError("SCRIPT_LEFT_NO_IMAGE", { message: `Script "${script}" left no picture behind.` });
}

/** Whatever reason an abort was given, as an error. */
function abortError(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error(String(reason));
}
