import { parametersKey, writeTexts } from "../images/metadata.ts";
import { encodePicture } from "../images/picture.ts";
import type { GenerateRequest } from "../pipeline/generation/request.ts";
import type { StepEvent } from "../pipeline/generation/run-context.ts";
import type { GeneratedPicture } from "../pipeline/generation/run-generation.ts";
import { StopControl, type StopKind } from "../pipeline/generation/stop-control.ts";
import type { Engine } from "./engine.ts";
import type { StudioState, Work, WorkContext } from "./job.ts";

export interface GenerateOrder {
  readonly request: GenerateRequest;
  /** Folder of the model to draw with. */
  readonly model: string;
}

/** Draws pictures from words, as a job. */
export function generateWork(engine: Engine, order: GenerateOrder): Work {
  const control = new StopControl();
  return {
    kind: "txt2img",
    label: order.request.prompt.trim().slice(0, 80) || "(no prompt)",
    stop: (kind: StopKind) => control.ask(kind),
    run: (context) => runGenerate(engine, order, { control, context }),
  };
}

interface GenerateRun {
  readonly control: StopControl;
  readonly context: WorkContext;
}

async function runGenerate(engine: Engine, order: GenerateOrder, run: GenerateRun): Promise<void> {
  const { request, model } = order;
  const { control, context } = run;
  const { state, signal } = context;
  state.begin("txt2img");
  state.jobCount = request.batchCount ?? 1;
  const pictures: Promise<unknown>[] = [];
  try {
    context.report({ fraction: 0, words: "Preparing the model" });
    if (engine.model !== model) await engine.load(model);
    if (control.interrupted || control.stopsAfterPicture) return;
    const { notes } = await engine.generate(request, {
      signal,
      control,
      onStep: (step) => onStep(step, run),
      onPicture: (picture) => {
        const kept = keepPicture(picture, context);
        // Awaited below; until then nobody listens to a failure.
        kept.catch(() => undefined);
        pictures.push(kept);
      },
    });
    for (const note of notes) context.note(note);
  } finally {
    await Promise.allSettled(pictures);
    state.end();
  }
  await Promise.all(pictures);
}

function onStep(event: StepEvent, { control, context }: GenerateRun): void {
  const { state } = context;
  while (state.jobNo < event.batch - 1) {
    // A skip was for the batch that is over.
    state.skipped = false;
    control.skipped = false;
    void state.nextJob();
  }
  state.samplingSteps = event.steps;
  state.samplingStep = event.step;
  const [first] = event.previews;
  if (first) state.assignCurrentImage(first);
  obey(state, control);
  context.report({
    fraction: event.progress,
    words: describeStep(event),
    ...(first ? { previews: event.previews } : {}),
  });
}

/** Whoever may stop everything asks the global state. */
function obey(state: StudioState, control: StopControl): void {
  if (state.interrupted && !control.interrupted) control.interrupt();
  if (state.skipped && !control.skipped) control.skip();
  if (state.stoppingGeneration && !control.stopsAfterPicture) control.stopAfterPicture();
}

function describeStep({ step, steps, pass, batch, batchCount }: StepEvent): string {
  const parts = [
    batchCount > 1 ? `Batch ${batch} of ${batchCount}` : "",
    pass === "hires" ? "Hires" : "",
    `Step ${step} of ${steps}`,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

async function keepPicture(generated: GeneratedPicture, context: WorkContext): Promise<void> {
  const { picture, seed, parameters, isIncomplete } = generated;
  const encoded = await encodePicture(picture, { format: "png" });
  await context.keep({
    kind: "txt2img",
    bytes: writeTexts(encoded, new Map([[parametersKey, parameters]])),
    name: String(seed),
    extension: ".png",
    caption: isIncomplete ? `Seed ${seed}, stopped` : `Seed ${seed}`,
    parameters,
    seed,
    isIncomplete,
  });
}
