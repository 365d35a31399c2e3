/**
 * The noise of samplers that solve a stochastic equation: increments of one Brownian path over the noise levels, as
 * k-diffusion draws them. Over intervals that do not overlap they are independent; DPM++ SDE looks at the first part
 * of each step by itself, and its noise there is part of the whole step's.
 *
 * Levels fall from call to call: what lies above the latest interval's beginning is forgotten.
 */
export class BrownianPath {
  readonly #draw: () => Float32Array;
  /** Where the path is known, from the highest level down. */
  #points: Point[] = [];

  /** @param draw gives independent standard normals, always as many */
  constructor(draw: () => Float32Array) {
    this.#draw = draw;
  }

  /** The path's way from one level to the next, divided by the root of their distance: standard normals. */
  between(from: number, to: number): Float32Array {
    this.#points = this.#points.filter(({ level }) => level <= from);
    const [first = startOf(from, 0), second] = this.#points;
    // A new stretch of the path, below all that is known: its draw is the answer, to the last bit.
    if (second === undefined && first.level === from && to < from) {
      const noise = this.#draw();
      this.#points = [startOf(from, noise.length), { level: to, value: scaled(noise, Math.sqrt(from - to)) }];
      return noise;
    }
    const start = this.#at(from);
    const end = this.#at(to);
    const root = Math.sqrt(Math.abs(from - to));
    return Float32Array.from(start, (value, i) => (root === 0 ? 0 : (end[i]! - value) / root));
  }

  /** The path's place at a level; drawn where it is not known yet, so that it fits what is. */
  #at(level: number): Float64Array {
    const known = this.#points.find((point) => point.level === level);
    if (known !== undefined) return known.value;
    const below = this.#points.findIndex((point) => point.level < level);
    const index = below < 0 ? this.#points.length : below;
    const value = bridge(level, this.#draw(), [this.#points[index - 1], this.#points[index]]);
    this.#points.splice(index, 0, { level, value });
    return value;
  }
}

interface Point {
  readonly level: number;
  readonly value: Float64Array;
}

/** What is known above and below a level. */
type Neighbours = readonly [Point | undefined, Point | undefined];

/** Between two places the path is drawn towards both; past the last, it goes on from it. */
function bridge(level: number, noise: Float32Array, [above, below]: Neighbours): Float64Array {
  if (above === undefined || below === undefined) {
    const near = above ?? below;
    const spread = Math.sqrt(Math.abs((near?.level ?? level) - level));
    return Float64Array.from(noise, (value, i) => (near?.value[i] ?? 0) + spread * value);
  }
  const length = above.level - below.level;
  const share = (above.level - level) / length;
  const spread = Math.sqrt(((above.level - level) * (level - below.level)) / length);
  return Float64Array.from(
    noise,
    (value, i) => above.value[i]! * (1 - share) + below.value[i]! * share + spread * value,
  );
}

function startOf(level: number, length: number): Point {
  return { level, value: new Float64Array(length) };
}

function scaled(values: Float32Array, factor: number): Float64Array {
  return Float64Array.from(values, (value) => factor * value);
}
