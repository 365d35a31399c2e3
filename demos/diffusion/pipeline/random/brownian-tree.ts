import { createRandomSource } from "./random-source.ts";
import { seedWords } from "./seed-sequence.ts";

export interface BrownianTreeOptions {
  /** A whole number from 0 to 2⁵³ - 1. */
  readonly seed: number;
  /** Numbers in one tensor. */
  readonly size: number;
  /** Where the path begins and ends. */
  readonly start: number;
  readonly end: number;
  /** Where its normals come from: `CPU`, `NV` or `NumPy`. */
  readonly source: string;
}

/** An interval of the tree: how often the whole was halved for it, and which of the halves it is, from the left. */
interface Interval {
  readonly depth: number;
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** Words of the pool that a tree's seeds are mixed in. */
const POOL_SIZE = 24;

/**
 * A Brownian path over noise levels that depends on its seed and its two ends alone, not on what was asked before:
 * the numbers of torchsde's `BrownianTree`, bit for bit with the source `CPU`.
 *
 * The way over the whole is one draw. An interval's way is shared out between its halves by a draw of its own,
 * seeded by its place in the tree; levels are rounded to six decimals, so that halving comes to an end.
 */
export class BrownianTree {
  readonly #options: BrownianTreeOptions;
  readonly #root: Interval;
  readonly #whole: Float32Array;
  /**
   * The ways over left halves that the latest question came by, by what is halved. The next question has many of
   * them in common; more need not be kept, as any can be drawn again.
   */
  #known = new Map<number, Float32Array>();

  constructor(options: BrownianTreeOptions) {
    const { seed: entropy, start, end } = options;
    this.#options = options;
    this.#root = { depth: 0, index: 0, start: toGrid(start), end: toGrid(end) };
    this.#whole = this.#draw(seedWords({ entropy, poolSize: POOL_SIZE }, 1)[0]!);
    const spread = Math.fround(Math.sqrt(end - start));
    for (let i = 0; i < this.#whole.length; i++) this.#whole[i] = this.#whole[i]! * spread;
  }

  /** The path's way from a level up to a higher one; zeros where the two lie within a millionth. */
  way(low: number, high: number): Float32Array {
    const span = { low: this.#place(low), high: this.#place(high) };
    if (span.low >= span.high) return new Float32Array(this.#options.size);
    const visit: Visit = { parts: [], met: new Map() };
    this.#walk({ interval: this.#root, way: this.#whole }, span, visit);
    this.#known = visit.met;
    const sum = new Float32Array(this.#options.size);
    for (const part of visit.parts) for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + part[i]!;
    return sum;
  }

  /** Finds the largest intervals that make up the span, from the left to the right. */
  #walk({ interval, way }: Stretch, { low, high }: Span, visit: Visit): void {
    const { start, end } = interval;
    if (low === start && high === end) {
      visit.parts.push(way);
      return;
    }
    const middle = toGrid(0.5 * (end + start));
    const key = 2 ** interval.depth + interval.index;
    const left = this.#known.get(key) ?? this.#leftWay(interval, middle, way);
    visit.met.set(key, left);
    const [depth, index] = [interval.depth + 1, 2 * interval.index];
    if (low < middle) {
      const half = { depth, index, start, end: middle };
      this.#walk({ interval: half, way: left }, { low, high: Math.min(high, middle) }, visit);
    }
    if (high > middle) {
      const half = { depth, index: index + 1, start: middle, end };
      const right = way.map((value, i) => value - left[i]!);
      this.#walk({ interval: half, way: right }, { low: Math.max(low, middle), high }, visit);
    }
  }

  /** Where the path is in the middle of an interval, seen from its start. Rounded after every operation, as torch does. */
  #leftWay({ depth, index, start, end }: Interval, middle: number, way: Float32Array): Float32Array {
    const f = Math.fround;
    const { seed: entropy } = this.#options;
    const inverse = 1 / (end - start);
    const spread = f(Math.sqrt((middle - start) * (end - middle) * inverse));
    const [length, share] = [f(middle - start), f(inverse)];
    const left = this.#draw(seedWords({ entropy, spawnKey: [index, depth], poolSize: POOL_SIZE }, 1)[0]!);
    for (let i = 0; i < left.length; i++) {
      left[i] = f(f(way[i]! * length) * share) + f(spread * left[i]!);
    }
    return left;
  }

  #draw(seed: number): Float32Array {
    return createRandomSource(this.#options.source, seed).normal(this.#options.size);
  }

  #place(level: number): number {
    return toGrid(Math.min(Math.max(level, this.#root.start), this.#root.end));
  }
}

interface Stretch {
  readonly interval: Interval;
  readonly way: Float32Array;
}

interface Span {
  readonly low: number;
  readonly high: number;
}

/** What a question comes by. */
interface Visit {
  readonly parts: Float32Array[];
  readonly met: Map<number, Float32Array>;
}

/** Rounds to six decimals; what lies exactly between two goes to the even one, as Python rounds. */
function toGrid(level: number): number {
  // Only odd multiples of 2⁻⁷ lie exactly between two, and `toFixed` would take the larger.
  if (Math.abs((level * 128) % 2) !== 1) return Number(level.toFixed(6));
  const below = Math.floor(level * 1e6);
  return (below + (below % 2)) / 1e6;
}
