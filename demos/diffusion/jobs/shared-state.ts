import { CommandSlot } from "./command-slot.ts";

/** How a preview is asked for. */
export interface PreviewRequest {
  /** Whether the whole batch is wanted as one picture, or only its first picture. */
  readonly asGrid: boolean;
}

export interface SharedStateOptions<Latent, Image> {
  /** Whether previews are made at all. @default true */
  readonly livePreviews?: boolean;
  /**
   * Least number of sampling steps between two previews. 0: every poll makes one. -1: only at the end of each
   * picture. Whole, -1 or more. @default 10
   */
  readonly previewEverySteps?: number;
  /** Whether previews show the whole batch as a grid. @default false */
  readonly previewGrid?: boolean;
  /** Format the previews will be encoded in. @default "png" */
  readonly previewFormat?: "png" | "jpeg" | "webp";
  /** Whether a poll may decode a preview while the sampler runs; without memory for both it may not. @default true */
  readonly decodesOnPoll?: boolean;
  /** Turns a latent into a preview. Without it there are no previews. */
  readonly decode?: (latent: Latent, request: PreviewRequest) => Image | Promise<Image>;
  /** Takes transparency out of a preview; asked for when the format is `jpeg`. @default leaves it as it is */
  readonly flatten?: (image: Image) => Image;
  /** Hears about previews that could not be made; the job itself goes on. @default nobody hears */
  readonly onPreviewError?: (error: unknown) => void;
  /** Hears about stops and finished jobs, one line each. @default nobody hears */
  readonly log?: (line: string) => void;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** The nine keys an API client sees. */
export interface SharedStateDict {
  readonly skipped: boolean;
  readonly interrupted: boolean;
  readonly stopping_generation: boolean;
  readonly job: string;
  readonly job_count: number;
  readonly job_timestamp: string;
  readonly job_no: number;
  readonly sampling_step: number;
  readonly sampling_steps: number;
}

/**
 * What the generation is doing now, and what it is asked to do: one object between the pipeline, which
 * reports and obeys, and everybody who watches or stops it.
 *
 * @example
 * state.begin("txt2img");
 * state.jobCount = 4;
 * for (let batch = 0; batch < 4 && !state.interrupted; batch++) {
 *   await sample(state); // sets samplingStep and currentLatent, stops when skipped or interrupted
 *   await state.nextJob();
 * }
 * state.end();
 */
export class SharedState<Latent = unknown, Image = unknown> {
  /** Abandon the current batch and go on with the next. */
  skipped = false;
  /** Stop everything now. */
  interrupted = false;
  /** Finish the current batch, then stop. */
  stoppingGeneration = false;
  /** What runs now; empty when nothing does. */
  job = "";
  /** Which part of the job runs, from 0. */
  jobNo = 0;
  /** Parts of the job; 0 when nothing runs, -1 when it has begun and the number is not known yet. */
  jobCount = 0;
  /** Whether the hires pass has already been counted into `jobCount`. */
  processingHasRefinedJobCount = false;
  /** Local time the job began, as `YYYYMMDDHHMMSS`; "0" before the first. */
  jobTimestamp = "0";
  /** Step of the running sampler, from 0. */
  samplingStep = 0;
  /** Steps of the running sampler; keeps its value until the next sampler starts. */
  samplingSteps = 0;
  /** The sampler's latest prediction. */
  currentLatent: Latent | undefined;
  /** The latest preview. */
  currentImage: Image | undefined;
  /** `samplingStep` when the latest preview was made. */
  currentImageSamplingStep = 0;
  /** Rises with each preview, so that a page knows whether it has the latest. */
  idLivePreview = 0;
  /** Free text in front of the percentage, such as a file's name. */
  textInfo: string | undefined;
  /** When the job began, in seconds since 1970. */
  timeStart: number | undefined;
  /** When this object was made, in seconds since 1970. */
  readonly serverStart: number;
  /** May be replaced at any time; the next preview follows it. */
  options: SharedStateOptions<Latent, Image>;

  private readonly commands = new CommandSlot();
  /** Counts `begin()`, so that a preview that comes late does not show in the next job. */
  private jobsBegun = 0;
  private decoding: Promise<void> | undefined;

  constructor(options: SharedStateOptions<Latent, Image> = {}) {
    this.options = options;
    this.serverStart = this.seconds();
  }

  /** Starts a job: everything about the previous one is forgotten, stops included. */
  begin(job = "(unknown)"): void {
    this.jobsBegun += 1;
    this.decoding = undefined;
    this.job = job;
    this.jobNo = 0;
    this.jobCount = -1;
    this.processingHasRefinedJobCount = false;
    this.jobTimestamp = formatTimestamp(this.now());
    this.timeStart = this.seconds();
    this.samplingStep = 0;
    this.currentLatent = undefined;
    this.currentImage = undefined;
    this.currentImageSamplingStep = 0;
    this.idLivePreview = 0;
    this.skipped = false;
    this.interrupted = false;
    this.stoppingGeneration = false;
    this.textInfo = undefined;
  }

  /** Ends the job. Its counters, stops and preview stay readable until the next begins. */
  end(): void {
    if (this.timeStart !== undefined) {
      this.log(`Job ${this.job} ended after ${(this.seconds() - this.timeStart).toFixed(1)} s.`);
    }
    this.job = "";
    this.jobCount = 0;
  }

  /**
   * Goes on to the job's next part. The counters change at once; the promise settles when the preview of the
   * finished part, if one is due, is there.
   */
  nextJob(): Promise<void> {
    const { livePreviews = true, previewEverySteps = 10 } = this.options;
    const preview = livePreviews && previewEverySteps === -1 ? this.doSetCurrentImage() : Promise.resolve();
    this.jobNo += 1;
    this.samplingStep = 0;
    this.currentImageSamplingStep = 0;
    return preview;
  }

  /** Asks to abandon the current batch. */
  skip(): void {
    this.skipped = true;
    this.log("Skip was asked for.");
  }

  /** Asks to stop everything now. */
  interrupt(): void {
    this.interrupted = true;
    this.log("Interrupt was asked for.");
  }

  /** Asks to stop after the current batch. */
  stopGenerating(): void {
    this.stoppingGeneration = true;
    this.log("A stop after this picture was asked for.");
  }

  /** Makes a preview if one is due. Call it when somebody asks for progress. */
  setCurrentImage(): Promise<void> {
    const { livePreviews = true, previewEverySteps = 10, decodesOnPoll = true } = this.options;
    const isDue = this.samplingStep - this.currentImageSamplingStep >= previewEverySteps;
    if (!decodesOnPoll || !livePreviews || previewEverySteps === -1 || !isDue) return Promise.resolve();
    return this.doSetCurrentImage();
  }

  /**
   * Makes a preview of the current latent now, if there is one. A decoder that answers at once has its picture
   * in place when this returns; otherwise the promise settles then. It never rejects.
   */
  doSetCurrentImage(): Promise<void> {
    const { decode, previewGrid = false } = this.options;
    // Programs in plain JavaScript write null for nothing.
    if (this.currentLatent === undefined || this.currentLatent === null || !decode) return Promise.resolve();
    if (this.decoding) return this.decoding;
    const place = { jobsBegun: this.jobsBegun, jobNo: this.jobNo, samplingStep: this.samplingStep };
    try {
      const image = decode(this.currentLatent, { asGrid: previewGrid });
      if (!(image instanceof Promise)) this.showPreview(image, place);
      else return this.awaitPreview(image, place);
    } catch (error) {
      this.options.onPreviewError?.(error);
    }
    return Promise.resolve();
  }

  /** Shows a picture as the latest preview. */
  assignCurrentImage(image: Image): void {
    const { previewFormat = "png", flatten } = this.options;
    this.currentImage = previewFormat === "jpeg" && flatten ? flatten(image) : image;
    this.idLivePreview += 1;
  }

  /** Asks the server to start anew; what runs is interrupted. */
  requestRestart(): void {
    this.interrupt();
    this.serverCommand = "restart";
  }

  /** Whether the server has been asked to start anew. Setting it to false changes nothing. */
  get needRestart(): boolean {
    return this.serverCommand === "restart";
  }

  set needRestart(isNeeded: boolean) {
    if (isNeeded) this.serverCommand = "restart";
  }

  /** What the server was last asked to do ("stop", "restart"), until somebody has waited for it. */
  get serverCommand(): string | undefined {
    return this.commands.value;
  }

  set serverCommand(command: string | undefined) {
    this.commands.put(command);
  }

  /**
   * Waits for a server command and takes it. Of several who wait, the first gets it.
   *
   * @param timeoutMs how long to wait, in milliseconds; without it, until there is one
   * @returns undefined on time-out, or when the command was set to undefined
   */
  waitForServerCommand(timeoutMs?: number): Promise<string | undefined> {
    return this.commands.take(timeoutMs);
  }

  /** The nine documented values, under the names API clients know. */
  toDict(): SharedStateDict {
    return {
      skipped: this.skipped,
      interrupted: this.interrupted,
      stopping_generation: this.stoppingGeneration,
      job: this.job,
      job_count: this.jobCount,
      job_timestamp: this.jobTimestamp,
      job_no: this.jobNo,
      sampling_step: this.samplingStep,
      sampling_steps: this.samplingSteps,
    };
  }

  private awaitPreview(image: Promise<Image>, place: PreviewPlace): Promise<void> {
    const decoding = image
      .then((ready) => this.showPreview(ready, place))
      .catch((error: unknown) => this.options.onPreviewError?.(error))
      .finally(() => {
        if (this.decoding === decoding) this.decoding = undefined;
      });
    this.decoding = decoding;
    return decoding;
  }

  private showPreview(image: Image, place: PreviewPlace): void {
    if (place.jobsBegun !== this.jobsBegun) return;
    this.assignCurrentImage(image);
    // A picture that came after its part had ended says nothing about the steps of the next part.
    if (place.jobNo === this.jobNo) this.currentImageSamplingStep = place.samplingStep;
  }

  private log(line: string): void {
    this.options.log?.(line);
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }

  private seconds(): number {
    return this.now().getTime() / 1000;
  }
}

/** Where in the work a preview was asked for. */
interface PreviewPlace {
  readonly jobsBegun: number;
  readonly jobNo: number;
  readonly samplingStep: number;
}

function formatTimestamp(date: Date): string {
  const parts = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()];
  return [date.getFullYear(), ...parts.map((part) => String(part).padStart(2, "0"))].join("");
}
