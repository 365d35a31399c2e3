import { StudioError } from "../studio-error.ts";
import { PostprocessedImage } from "./postprocessed-image.ts";
import type { ScriptArgs, ScriptPostprocessing } from "./script-postprocessing.ts";

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
}

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

  async process(
    script: ScriptPostprocessing<Image>,
    pp: PostprocessedImage<Image>,
    args: ScriptArgs,
  ): Promise<void> {
    await this.call(pp, { script: script.name, phase: "process" }, (draft) => script.process(draft, args));
  }

  private async call(
    pp: PostprocessedImage<Image>,
    place: Omit<ScriptFailure, "error">,
    work: (draft: PostprocessedImage<Image>) => void | Promise<void>,
  ): Promise<void> {
    if (!this.options.isCareful) return work(pp);
    const draft = createDraft(pp);
    try {
      await this.inTime(place.script, () => work(draft));
      requireImage(place.script, draft);
      commit(draft, pp);
    } catch (error) {
      this.failures.push({ ...place, error });
    }
  }

  private async inTime(script: string, work: () => void | Promise<void>): Promise<void> {
    const { timeLimitMs, signal } = this.options;
    signal?.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    let abort = () => {};
    const gaveUp = new Promise<never>((_resolve, reject) => {
      abort = () => reject(abortError(signal));
      const timeUp = () =>
        reject(
          new StudioError("SCRIPT_TIME_LIMIT", {
            message: `Script "${script}" took longer than ${timeLimitMs} ms.`,
          }),
        );
      if (timeLimitMs > 0) timer = setTimeout(timeUp, timeLimitMs);
    });
    signal?.addEventListener("abort", abort, { once: true });
    try {
      await Promise.race([work(), gaveUp]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }
}

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
  // Copies that the script made belong to the same run.
  for (const extra of draft.extraImages) {
    if (extra instanceof PostprocessedImage && extra.shared === draft.shared) extra.shared = pp.shared;
  }
  pp.image = draft.image;
  pp.info = draft.info;
  pp.extraImages = draft.extraImages;
  pp.nametags = draft.nametags;
  pp.disableProcessing = draft.disableProcessing;
  pp.caption = draft.caption;
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
