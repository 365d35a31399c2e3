import { DiffusionPipeline, type PipelineOptions } from "./diffusion-pipeline.ts";
import type { GenerateRequest } from "./generation/request.ts";
import type { GenerateHooks, GenerateResult } from "./generation/run-generation.ts";

export interface GenerateOptions extends GenerateRequest, GenerateHooks, Omit<PipelineOptions, "model"> {
  /** A model folder in the diffusers ONNX layout, or a pipeline that is open already. */
  readonly model: string | DiffusionPipeline;
}

/**
 * Draws pictures from words, in this process.
 *
 * A folder is loaded for this one call; to draw more than once, open a {@link DiffusionPipeline} and pass it as the
 * model. The runtime blocks the process while the network works: servers draw with `EngineProcess` instead.
 *
 * @example
 * const { pictures } = await generate({ model: "models/postcard", prompt: "a red house by the sea", seed: 1 });
 *
 * @throws {StudioError} with a code, for everything that is wrong with the model, the request or its pictures.
 * @throws the signal's reason after an abort.
 */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const { model, upscalers, threads, memoryLimit, signal, control, onStep, onPicture, ...request } = options;
  const hooks = { signal, control, onStep, onPicture };
  if (model instanceof DiffusionPipeline) return model.generate(request, hooks);
  const pipeline = await DiffusionPipeline.open({ model, upscalers, threads, memoryLimit });
  try {
    return await pipeline.generate(request, hooks);
  } finally {
    await pipeline.close();
  }
}
