import type { Picture } from "../images/picture.ts";
import type { GenerateRequest } from "../pipeline/generation/request.ts";
import type { StepEvent } from "../pipeline/generation/run-context.ts";
import { StopControl, type StopKind } from "../pipeline/generation/stop-control.ts";
import type { StudioSettings } from "../studio-settings.ts";
import type { Engine } from "./engine.ts";
import type { StudioState, Work, WorkContext } from "./job.ts";
import { JobPictures } from "./job-pictures.ts";
import type { PictureSaver } from "./picture-saver.ts";

type DrawingEngine = Pick<Engine, "model" | "load" | "generate">;

export interface GenerateOrder {
  readonly request: GenerateRequest;
  /** Folder of the model to draw with. */
  readonly model: string;
  /** What the administrator decides for everybody; read when the job begins. */
  readonly settings: () => StudioSettings;
  readonly saver: PictureSaver;
}

/** Draws pictures from words, as a job. */
export function generateWork(engine: DrawingEngine, order: GenerateOrder): Work {
  const control = new StopControl();
  return {
    kind: "txt2img",
    label: order.request.prompt.trim().slice(0, 80) || "(no prompt)",
    stop: (kind: StopKind) => control.ask(kind),
    run: (context) => new GenerateRun(engine, order, { control, context }).run(),
  };
}

interface RunTools {
  readonly control: StopControl;
  readonly context: WorkContext;
}

/** One job from its first step to its last picture. */
class GenerateRun {
  readonly #engine: DrawingEngine;
  readonly #order: GenerateOrder;
  readonly #settings: StudioSettings;
  readonly #control: StopControl;
  readonly #context: WorkContext;
  readonly #state: StudioState;
  readonly #batchCount: number;
  readonly #batchSize: number;
  /** Parts of a batch that the state counts. */
  readonly #passes: 1 | 2;
  #pictures = 0;

  constructor(engine: DrawingEngine, order: GenerateOrder, { control, context }: RunTools) {
    this.#engine = engine;
    this.#order = order;
    this.#settings = order.settings();
    this.#control = control;
    this.#context = context;
    this.#state = context.state;
    this.#batchCount = order.request.batchCount ?? 1;
    this.#batchSize = order.request.batchSize ?? 1;
    this.#passes = order.request.hires ? 2 : 1;
  }

  async run(): Promise<void> {
    this.#begin();
    try {
      await this.#draw();
    } finally {
      this.#state.end();
    }
  }

  #begin(): void {
    const state = this.#state;
    state.begin("txt2img");
    state.jobCount = this.#batchCount * this.#passes;
    state.processingHasRefinedJobCount = this.#passes === 2;
    // Asked while it was being started.
    if (this.#control.interrupted) state.interrupt();
  }

  async #draw(): Promise<void> {
    const { model, request, saver } = this.#order;
    this.#context.report({ fraction: 0, words: "Preparing the model" });
    if (this.#engine.model !== model) await this.#engine.load(model);
    if (this.#control.interrupted || this.#control.stopsAfterPicture) return;
    const pictures = new JobPictures({
      request,
      settings: this.#settings,
      saver,
      context: this.#context,
      jobTimestamp: this.#state.jobTimestamp,
    });
    try {
      const { notes } = await this.#engine.generate(
        { ...request, ...previewsOf(this.#settings) },
        {
          signal: this.#context.signal,
          control: this.#control,
          onStep: (step) => this.#onStep(step),
          onPicture: (generated) => {
            pictures.add(generated);
            this.#onPicture(generated.picture);
          },
        },
      );
      for (const note of notes) this.#context.note(note);
    } finally {
      await pictures.settled();
    }
    await pictures.finish();
  }

  #onStep(event: StepEvent): void {
    const state = this.#state;
    const { batch, pass, step, steps, progress } = event;
    if (this.#batchCount > 1) state.job = `Batch ${batch} out of ${this.#batchCount}`;
    this.#advance((batch - 1) * this.#passes + (pass === "hires" ? 1 : 0));
    state.samplingSteps = steps;
    state.samplingStep = step;
    const previews = this.#settings.previewGrid ? event.previews : event.previews.slice(0, 1);
    const [first] = previews;
    if (first) state.assignCurrentImage(first);
    this.#obey();
    this.#context.report({
      fraction: progress,
      words: describeStep(event),
      ...(first ? { previews } : {}),
    });
  }

  /** A batch is over with its last picture. */
  #onPicture(picture: Picture): void {
    this.#pictures += 1;
    if (this.#pictures % this.#batchSize !== 0) return;
    const { livePreviews, previewEverySteps } = this.#settings;
    if (livePreviews && previewEverySteps === -1) this.#state.assignCurrentImage(picture);
    this.#advance((this.#pictures / this.#batchSize) * this.#passes);
  }

  /** The state goes on to this part of the job. */
  #advance(part: number): void {
    const state = this.#state;
    if (state.jobNo >= part) return;
    // A skip was for the batch that is over; the second pass of a batch belongs to it.
    if (part % this.#passes === 0) this.#forgetSkip();
    while (state.jobNo < part) void state.nextJob();
  }

  #forgetSkip(): void {
    this.#state.skipped = false;
    this.#control.skipped = false;
  }

  /** Whoever may stop everything asks the global state. */
  #obey(): void {
    const control = this.#control;
    const { interrupted, skipped, stoppingGeneration } = this.#state;
    if (interrupted && !control.interrupted) control.interrupt();
    if (skipped && !control.skipped) control.skip();
    if (stoppingGeneration && !control.stopsAfterPicture) control.stopAfterPicture();
  }
}

/** What the settings ask of the engine: pictures in between, and how often. */
function previewsOf(settings: StudioSettings): Pick<GenerateRequest, "preview" | "previewEvery"> {
  const { livePreviews, previewEverySteps, previewMethod } = settings;
  if (!livePreviews || previewEverySteps === -1) return { preview: "none" };
  return { preview: previewMethod, previewEvery: Math.max(1, previewEverySteps) };
}

function describeStep({ step, steps, pass, batch, batchCount }: StepEvent): string {
  const parts = [
    batchCount > 1 ? `Batch ${batch} of ${batchCount}` : "",
    pass === "hires" ? "Hires" : "",
    `Step ${step} of ${steps}`,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}
