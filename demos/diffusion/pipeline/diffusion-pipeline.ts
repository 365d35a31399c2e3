import type { Upscaler } from "../postprocessing/upscalers/upscaler.ts";
import { listUpscalers } from "../postprocessing/upscalers/upscale-picture.ts";
import { Conditioner } from "./conditioning/conditioner.ts";
import { LatentPreview } from "./generation/latent-preview.ts";
import { parseRequest, type GenerateRequest } from "./generation/request.ts";
import { runGeneration, type GenerateHooks, type GenerateResult } from "./generation/run-generation.ts";
import { resolveSettings } from "./generation/settings.ts";
import { loadModel, type DiffusionModel } from "./model/load-model.ts";
import { loadUpscalers } from "./upscalers/onnx-upscaler.ts";

export interface PipelineOptions {
  /** A model folder in the diffusers ONNX layout. */
  readonly model: string;
  /** A folder of super-resolution networks (`*.onnx`), named by their files. @default none */
  readonly upscalers?: string | undefined;
  /** Processor cores one run may take. @default all that there are */
  readonly threads?: number | undefined;
  /** Bytes a picture may take while it is made, beside the model. @default what the system has left */
  readonly memoryLimit?: number | undefined;
}

/** What a loaded model can do, for those who offer it. */
export interface ModelInfo {
  readonly name: string;
  readonly family: "Stable Diffusion" | "Stable Diffusion XL";
  /** Whether pictures can be started from; some folders have no encoder. */
  readonly startsFromPictures: boolean;
  /** Whether it was trained for inpainting. */
  readonly isInpainting: boolean;
  readonly mostClipSkip: number;
  /** The class of the folder's own scheduler. */
  readonly scheduler: string;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly cfgScale: number;
  /** Names for hires fix and upscaling, without the latent ones. */
  readonly upscalers: readonly string[];
}

/** One model, loaded into this process. It draws one request at a time. */
export class DiffusionPipeline {
  readonly upscalers: readonly Upscaler[];
  readonly #model: DiffusionModel;
  readonly #conditioner: Conditioner;
  readonly #preview: LatentPreview;
  readonly #memoryLimit: number | undefined;

  private constructor(
    model: DiffusionModel,
    upscalers: readonly Upscaler[],
    memoryLimit: number | undefined,
  ) {
    this.#model = model;
    this.#conditioner = new Conditioner(model);
    this.#preview = new LatentPreview(model);
    this.#memoryLimit = memoryLimit;
    this.upscalers = listUpscalers(upscalers);
  }

  /**
   * Loads a model folder. The runtime blocks the process while it works: servers load models with `EngineProcess`.
   *
   * @throws {StudioError} as {@link loadModel} does.
   */
  static async open({ model, upscalers, threads, memoryLimit }: PipelineOptions): Promise<DiffusionPipeline> {
    const networks = upscalers === undefined ? [] : await loadUpscalers(upscalers, { threads });
    return new DiffusionPipeline(await loadModel(model, { threads }), networks, memoryLimit);
  }

  get info(): ModelInfo {
    const { name, family, autoencoder, unet, textEncoders, schedulerClass } = this.#model;
    const usual = resolveSettings({ prompt: "" }, this.#model);
    return {
      name,
      family: family === "sdxl" ? "Stable Diffusion XL" : "Stable Diffusion",
      startsFromPictures: autoencoder.encoder !== undefined,
      isInpainting: unet.inputChannels !== autoencoder.channels,
      mostClipSkip: family === "sdxl" ? 1 : textEncoders[0]!.mostClipSkip,
      scheduler: schedulerClass,
      width: usual.size.width,
      height: usual.size.height,
      steps: usual.steps,
      cfgScale: usual.cfgScale,
      upscalers: this.upscalers.map((upscaler) => upscaler.name),
    };
  }

  /**
   * Draws what a request asks for.
   *
   * @throws the signal's reason, within one run of a graph; {@link StudioError} for what is wrong with the request or
   * goes wrong in the model. The pipeline can be used again after any of them.
   */
  async generate(request: GenerateRequest, hooks: GenerateHooks = {}): Promise<GenerateResult> {
    const tools = {
      model: this.#model,
      conditioner: this.#conditioner,
      preview: this.#preview,
      upscalers: this.upscalers,
      memoryLimit: this.#memoryLimit,
    };
    return runGeneration(tools, parseRequest(request), hooks);
  }

  /** Gives the model's sessions back; the process's memory shrinks only when it ends. */
  async close(): Promise<void> {
    await this.#model.release();
  }
}
