import { StudioError } from "../../studio-error.ts";
import { NumpyLegacyGenerator } from "./numpy-legacy.ts";
import { PhiloxGenerator } from "./philox.ts";
import { TorchCpuGenerator } from "./torch-cpu.ts";

/** A seeded stream of tensors of standard normals. */
export interface RandomSource {
  /** The next tensor: `count` values in row-major order. */
  normal(count: number): Float32Array;
}

const sources = {
  /** torch's generator on a processor: the numbers of `torch.Generator("cpu")`. */
  CPU: TorchCpuGenerator,
  /** torch's generator on an NVIDIA card, computed here: the same numbers on every machine. */
  NV: PhiloxGenerator,
  /** NumPy's `RandomState`, which the oldest ONNX pipelines draw from. */
  NumPy: NumpyLegacyGenerator,
} as const;

/** Where noise comes from. `CPU` and `NV` are the webui's words. */
export type RandomSourceName = keyof typeof sources;

export const randomSourceNames: readonly RandomSourceName[] = ["CPU", "NV", "NumPy"];

/**
 * Starts a stream.
 *
 * @param seed A whole number from 0 to 2⁵³ - 1. `CPU` and `NumPy` use its low 32 bits, `NV` all.
 * @throws {StudioError} `RANDOM_SOURCE_UNKNOWN` or `SEED_INVALID`.
 */
export function createRandomSource(name: string, seed: number): RandomSource {
  if (!isRandomSourceName(name)) {
    throw new StudioError("RANDOM_SOURCE_UNKNOWN", {
      message: `Expected one of the random sources ${randomSourceNames.join(", ")}, got "${name}".`,
    });
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new StudioError("SEED_INVALID", {
      message: `A generator expects a whole number from 0 to 2^53 - 1 as its seed, got ${seed}.`,
    });
  }
  return new sources[name](seed);
}

function isRandomSourceName(name: string): name is RandomSourceName {
  return Object.hasOwn(sources, name);
}
