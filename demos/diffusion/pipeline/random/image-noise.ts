import { StudioError } from "../../studio-error.ts";
import { createRandomSource, type RandomSource } from "./random-source.ts";
import { slerp, type LatentShape } from "./slerp.ts";

export interface ImageNoiseOptions {
  /** One seed for each picture of the batch. */
  readonly seeds: readonly number[];
  /** Shape of one picture's latent. */
  readonly shape: LatentShape;
  /** `CPU`, `NV` or `NumPy`. @default "NV" */
  readonly source?: string;
  /** One for each picture. @default none */
  readonly variationSeeds?: readonly number[];
  /** How far from the seed's noise towards the variation's, from 0 to 1. @default 0 */
  readonly variationStrength?: number;
  /** Height and width, in latent units, of the picture the seed is known from. @default the shape's own */
  readonly resizeFrom?: { readonly height: number; readonly width: number };
  /**
   * Added to the seed for all noise after the first tensor ("eta noise seed delta", ENSD). Only samplers marked
   * so in the sampler table ask for it. @default 0
   */
  readonly seedDelta?: number;
}

/**
 * The noise of a batch of pictures. Each picture draws from a generator of its own, so it comes out the same alone
 * or beside others. The first tensor starts the picture; the following ones are for samplers that add noise.
 */
export class ImageNoise {
  readonly #options: ImageNoiseOptions;
  readonly #size: number;
  #generators: RandomSource[];
  #isFirst = true;

  /** @throws {StudioError} `NOISE_OPTION`, `SEED_INVALID` or `RANDOM_SOURCE_UNKNOWN`. */
  constructor(options: ImageNoiseOptions) {
    assertOptions(options);
    this.#options = options;
    this.#size = sizeOf(options.shape);
    this.#generators = options.seeds.map((seed) => createRandomSource(sourceName(options), seed));
  }

  /** The next tensor of the whole batch: the pictures' tensors one after another. */
  next(): Float32Array {
    const batch = new Float32Array(this.#size * this.#generators.length);
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    this.#generators.forEach((generator, index) => {
      const noise = isFirst ? this.#firstNoise(generator, index) : generator.normal(this.#size);
      batch.set(noise, index * this.#size);
    });
    if (isFirst) this.#shiftSeeds();
    return batch;
  }

  #firstNoise(generator: RandomSource, index: number): Float32Array {
    const { shape, resizeFrom, seeds } = this.#options;
    const known = resizeFrom === undefined ? shape : { ...shape, ...resizeFrom };
    const isResized = known.height !== shape.height || known.width !== shape.width;
    // The picture's own generator gives exactly one tensor of the true size, resized or not: what samplers
    // draw later must not depend on it.
    const own = generator.normal(this.#size);
    const base = isResized ? this.#fresh(seeds[index]!, known) : own;
    const varied = this.#vary(base, index, known);
    return isResized ? pasteCentred({ noise: varied, shape: known }, { noise: own, shape }) : varied;
  }

  #vary(base: Float32Array, index: number, shape: LatentShape): Float32Array {
    const { variationSeeds, variationStrength = 0 } = this.#options;
    if (variationSeeds === undefined || variationStrength === 0) return base;
    return slerp(variationStrength, [base, this.#fresh(variationSeeds[index]!, shape)], shape);
  }

  #fresh(seed: number, shape: LatentShape): Float32Array {
    return createRandomSource(sourceName(this.#options), seed).normal(sizeOf(shape));
  }

  #shiftSeeds(): void {
    const { seedDelta = 0, seeds } = this.#options;
    if (seedDelta === 0) return;
    this.#generators = seeds.map((seed) => createRandomSource(sourceName(this.#options), seed + seedDelta));
  }
}

interface Plane {
  readonly noise: Float32Array;
  readonly shape: LatentShape;
}

/** Lays the known noise over the middle of the fresh one; where it is larger its middle part is taken. */
function pasteCentred(known: Plane, fresh: Plane): Float32Array {
  const out = fresh.noise.slice();
  const rows = overlap(known.shape.height, fresh.shape.height);
  const columns = overlap(known.shape.width, fresh.shape.width);
  for (let channel = 0; channel < fresh.shape.channels; channel++) {
    for (let row = 0; row < rows.length; row++) {
      const from = (channel * known.shape.height + rows.from + row) * known.shape.width + columns.from;
      const to = (channel * fresh.shape.height + rows.to + row) * fresh.shape.width + columns.to;
      out.set(known.noise.subarray(from, from + columns.length), to);
    }
  }
  return out;
}

function overlap(known: number, fresh: number): { from: number; to: number; length: number } {
  const offset = Math.floor((fresh - known) / 2);
  if (offset >= 0) return { from: 0, to: offset, length: known };
  return { from: -offset, to: 0, length: known + 2 * offset };
}

function sizeOf(shape: LatentShape): number {
  return shape.channels * shape.height * shape.width;
}

function sourceName(options: ImageNoiseOptions): string {
  return options.source ?? "NV";
}

function assertOptions(options: ImageNoiseOptions): void {
  const { seeds, shape, variationSeeds, variationStrength = 0, resizeFrom, seedDelta = 0 } = options;
  const sides = [shape.channels, shape.height, shape.width, resizeFrom?.height ?? 1, resizeFrom?.width ?? 1];
  if (sides.some((side) => !Number.isInteger(side) || side < 1)) {
    refuse(`Noise expects whole sizes of at least 1, got ${sides.join(" × ")}.`);
  }
  if (seeds.length === 0) refuse("Noise expects one seed for each picture, got none.");
  if (!(variationStrength >= 0 && variationStrength <= 1)) {
    refuse(`The variation strength is a number from 0 to 1, got ${variationStrength}.`);
  }
  if (variationSeeds !== undefined && variationSeeds.length !== seeds.length) {
    refuse(
      `Noise expects ${seeds.length} variation seeds, one for each picture, got ${variationSeeds.length}.`,
    );
  }
  if (!Number.isSafeInteger(seedDelta) || seeds.some((seed) => seed + seedDelta < 0)) {
    refuse(`The seed delta is a whole number that keeps seeds at 0 or above, got ${seedDelta}.`);
  }
}

function refuse(message: string): never {
  throw new StudioError("NOISE_OPTION", { message });
}
