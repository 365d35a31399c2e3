import { setImmediate } from "node:timers/promises";
import type { Picture } from "../../images/picture.ts";
import { StudioError } from "../../studio-error.ts";
import type { LatentPreview } from "./latent-preview.ts";
import type { PassRequest } from "./sample-pass.ts";
import type { StopControl } from "./stop-control.ts";

/** One step taken. */
export interface StepEvent {
  /** Of the pass, counted from 1. */
  readonly step: number;
  readonly steps: number;
  readonly pass: "first" | "hires";
  /** Counted from 1. */
  readonly batch: number;
  readonly batchCount: number;
  /** How much of the whole job is done, 0 to 1. */
  readonly progress: number;
  /** The pictures of the batch as they are now; empty between previews. */
  readonly previews: readonly Picture[];
}

export interface RunHooks {
  readonly signal?: AbortSignal | undefined;
  readonly control?: StopControl | undefined;
  readonly onStep?: ((event: StepEvent) => void) | undefined;
}

interface SampledStep {
  readonly step: number;
  readonly steps: number;
  readonly denoised: Float32Array;
  readonly request: PassRequest;
}

/** Thrown inside a pass when somebody asked it to stop with what it has. */
class PassStopped extends Error {}

/** What every part of a generation asks before it works, and tells after a step. */
export class RunContext {
  readonly signal: AbortSignal | undefined;
  readonly control: StopControl | undefined;
  /** Set by whoever runs the batches. */
  batch = 1;
  batchCount = 1;
  passesDone = 0;
  passCount = 1;
  /** What was passed over, for the visitor. */
  readonly notes = new Set<string>();
  readonly #onStep: RunHooks["onStep"];
  readonly #preview: LatentPreview;
  #pending: Promise<void> | undefined;
  #hasPreviews = true;

  constructor(hooks: RunHooks, preview: LatentPreview) {
    this.signal = hooks.signal;
    this.control = hooks.control;
    this.#onStep = hooks.onStep;
    this.#preview = preview;
  }

  /** Before every run of the network: lets messages in, then obeys them. */
  readonly beforeModelRun = async (): Promise<void> => {
    await this.beforeOtherRun();
    await this.#pending;
    if (this.control?.skipped === true || this.control?.interrupted === true) throw new PassStopped();
  };

  /** Before every other run, which a stop lets finish and only an abort ends. */
  readonly beforeOtherRun = async (): Promise<void> => {
    this.signal?.throwIfAborted();
    await setImmediate();
    this.signal?.throwIfAborted();
  };

  isStop(error: unknown): boolean {
    return error instanceof PassStopped;
  }

  reportStep({ step, steps, denoised, request }: SampledStep): void {
    const onStep = this.#onStep;
    if (onStep === undefined) return;
    const { preview, previewEvery } = request.settings;
    const event = {
      step,
      steps,
      pass: request.kind,
      batch: this.batch,
      batchCount: this.batchCount,
      progress: (this.passesDone + step / steps) / this.passCount,
    };
    const isDue = this.#hasPreviews && preview !== "none" && (step % previewEvery === 0 || step === steps);
    if (!isDue) return onStep({ ...event, previews: [] });
    const shown = { latents: denoised, size: request.size, count: request.pictures.length };
    const fast = preview === "fast" ? this.#preview.showFast(shown) : undefined;
    if (fast !== undefined) return onStep({ ...event, previews: fast });
    // The next call waits for it: the network and the decoder would only take each other's cores.
    const copy = { ...shown, latents: denoised.slice() };
    this.#pending = this.#preview
      .show(copy, preview === "full" ? "full" : "fast")
      .catch((error: unknown) => this.#doWithout(error))
      .then((previews) => onStep({ ...event, previews }));
    // Awaited before the next call, and by `settle` after the last; until then nobody listens to a failure.
    this.#pending.catch(() => undefined);
  }

  /** The picture is what was asked for; that it cannot be shown on the way is no reason to give it up. */
  #doWithout(error: unknown): Picture[] {
    this.#hasPreviews = false;
    const reason = error instanceof StudioError ? error.message : String(error);
    this.notes.add(`The pictures in between were left out: ${reason}`);
    return [];
  }

  /** Waits for the last preview. */
  async settle(): Promise<void> {
    await this.#pending;
    this.#pending = undefined;
  }
}
