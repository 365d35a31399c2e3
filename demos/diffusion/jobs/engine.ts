import type { ModelInfo } from "../pipeline/diffusion-pipeline.ts";
import type { GenerateRequest } from "../pipeline/generation/request.ts";
import type { GenerateHooks, GenerateResult } from "../pipeline/generation/run-generation.ts";
import type { Upscaler } from "../postprocessing/upscalers/upscaler.ts";

/** What jobs ask of the one engine that everybody shares. `EngineProcess` is one. */
export interface Engine {
  /** The model folder it has, or will have. */
  readonly model: string;
  info(): Promise<ModelInfo>;
  load(model: string): Promise<ModelInfo>;
  generate(request: GenerateRequest, hooks?: GenerateHooks): Promise<GenerateResult>;
  upscaler(name: string): Upscaler;
  close(): Promise<void>;
}
