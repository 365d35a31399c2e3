import { DiffusionPipeline } from "../pipeline/diffusion-pipeline.ts";
import { parseRequest } from "../pipeline/generation/request.ts";
import { StopControl } from "../pipeline/generation/stop-control.ts";
import { findUpscaler } from "../postprocessing/upscalers/upscale-picture.ts";
import { Courier } from "./courier.ts";
import { PictureWork } from "./picture-work.ts";
import { parseOrder, toErrorMessage, type EngineOrder, type EngineReport } from "./messages.ts";
import { StepReports } from "./step-reports.ts";

type Order<Type extends EngineOrder["type"]> = Extract<EngineOrder, { type: Type }>;

/** A job under way: an engine does one at a time, its parent holds the others back. */
interface RunningJob {
  readonly job: number;
  readonly abort: AbortController;
  readonly control: StopControl;
}

let pipeline: DiffusionPipeline | undefined;
let pictureWork = new PictureWork({});
let running: RunningJob | undefined;

const courier = new Courier(
  { send: (message, done) => process.send?.(message, undefined, {}, done) },
  (message) => void obey(parseOrder(message)),
);
process.on("message", (message) => courier.receive(message));
// Without a parent nobody wants the pictures. A runtime that is at work can only be left this way.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

async function obey(order: EngineOrder): Promise<void> {
  switch (order.type) {
    case "open":
      return open(order);
    case "ping":
      return post({ type: "pong", job: order.job });
    case "generate":
      return work(order.job, (job) => generate(order, job));
    case "upscale":
      return work(order.job, (job) => upscale(order, job));
    case "restoreFaces":
      return work(order.job, (job) => restoreFaces(order, job));
    case "findFaces":
      return work(order.job, () => findFaces(order));
    case "describe":
      return work(order.job, () => describe(order));
    case "stop":
      return stop(order);
  }
}

async function open({ options }: Order<"open">): Promise<void> {
  try {
    pictureWork = new PictureWork({ threads: options.threads });
    pipeline = await DiffusionPipeline.open(options);
    await post({ type: "ready", info: { ...pipeline.info, upscalers: [...pipeline.info.upscalers] } });
  } catch (error) {
    await post({ type: "unready", error: toErrorMessage(error) });
  }
}

async function work(job: number, run: (job: RunningJob) => Promise<void>): Promise<void> {
  const current = { job, abort: new AbortController(), control: new StopControl() };
  running = current;
  try {
    await run(current);
  } catch (error) {
    const isAbort = current.abort.signal.aborted;
    await post({ type: "error", job, error: isAbort ? { message: "Aborted." } : toErrorMessage(error) });
  } finally {
    running = undefined;
  }
}

async function generate({ request, wantsSteps }: Order<"generate">, current: RunningJob): Promise<void> {
  const { job, abort, control } = current;
  const steps = new StepReports((events) => void tell({ type: "steps", job, events }));
  const { notes, modelMs } = await opened().generate(parseRequest(request), {
    signal: abort.signal,
    control,
    onStep: wantsSteps ? (event) => steps.add(event) : undefined,
    onPicture(picture) {
      steps.flush();
      // A picture leaves in parts, and between them the network would hold this process for a step each.
      return tell({ type: "picture", job, picture });
    },
  });
  steps.flush();
  await post({ type: "done", job, notes: [...notes], modelMs, rssBytes: process.memoryUsage.rss() });
}

async function upscale(order: Order<"upscale">, { job, abort }: RunningJob): Promise<void> {
  const upscaler = findUpscaler(opened().upscalers, order.name);
  const picture = await upscaler.upscaleOnce(order.picture, order.factor, { signal: abort.signal });
  await post({ type: "upscaled", job, picture });
}

async function restoreFaces(order: Order<"restoreFaces">, { job, abort }: RunningJob): Promise<void> {
  const { picture, faces } = await pictureWork.restoreFaces(order, abort.signal);
  await post({ type: "facesRestored", job, faces, ...(faces > 0 ? { picture } : {}) });
}

async function findFaces({ job, detector, picture }: Order<"findFaces">): Promise<void> {
  const faces = await pictureWork.findFaces(detector, picture);
  await post({ type: "facesFound", job, boxes: faces.map(({ box }) => box) });
}

async function describe({ job, tagger, picture, tags }: Order<"describe">): Promise<void> {
  await post({ type: "described", job, text: await pictureWork.describe(tagger, picture, tags) });
}

function stop({ job, kind }: Order<"stop">): void {
  // A stop may cross the end of its job.
  if (running?.job !== job) return;
  if (kind === "abort") running.abort.abort();
  else running.control.ask(kind);
}

function opened(): DiffusionPipeline {
  if (pipeline !== undefined) return pipeline;
  throw new Error("An engine was asked to work before it was opened.");
}

function post(report: EngineReport): Promise<void> {
  return courier.post(report);
}

/** Reports in between: when the channel is gone, so is the parent. */
function tell(report: EngineReport): Promise<void> {
  return post(report).catch(() => undefined);
}
