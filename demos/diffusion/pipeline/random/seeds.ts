import { StudioError } from "../../studio-error.ts";

/** Seeds typed by a user are 32-bit, as torch's processor generator uses no more. */
export const MAX_SEED = 2 ** 32 - 1;

/** Random seeds leave the two highest out, as the webui does. */
const RANDOM_SEED_LIMIT = 4294967294;

/**
 * Reads the seed a user typed. Empty, null and -1 ask for a random one.
 *
 * @param random A number from 0 up to, not including, 1; `Math.random` in the studio.
 * @throws {StudioError} `SEED_INVALID` for a fraction, a text that is no number, or anything beyond 32 bits.
 */
export function parseSeed(value: number | string | null | undefined, random: () => number): number {
  const text = typeof value === "string" ? value.trim() : value;
  if (text === "" || text === null || text === undefined) return randomSeed(random);
  const seed = Number(text);
  if (seed === -1) return randomSeed(random);
  if (!Number.isInteger(seed) || seed < 0 || seed > MAX_SEED) {
    throw new StudioError("SEED_INVALID", {
      message: `Expected a seed from 0 to ${MAX_SEED}, or -1 for a random one, got ${String(value).slice(0, 40)}.`,
    });
  }
  return seed;
}

export interface JobSeedsRequest {
  readonly seed: number;
  readonly variationSeed: number;
  /** From 0 to 1. */
  readonly variationStrength: number;
  /** Pictures of the whole job, over all its batches. */
  readonly count: number;
}

export interface JobSeeds {
  readonly seeds: readonly number[];
  readonly variationSeeds: readonly number[];
}

/**
 * The seeds of every picture of a job. Without variation the seed counts up from picture to picture; with it the
 * seed stays and only the variation seed counts up. Behind the largest comes 0, so that every seed that is written
 * beside a picture can be typed again.
 */
export function listJobSeeds(request: JobSeedsRequest): JobSeeds {
  const indices = Array.from({ length: request.count }, (_, index) => index);
  const seedStep = request.variationStrength === 0 ? 1 : 0;
  return {
    seeds: indices.map((index) => wrap(request.seed + index * seedStep)),
    variationSeeds: indices.map((index) => wrap(request.variationSeed + index)),
  };
}

function wrap(seed: number): number {
  return seed % (MAX_SEED + 1);
}

function randomSeed(random: () => number): number {
  return Math.floor(random() * RANDOM_SEED_LIMIT);
}
