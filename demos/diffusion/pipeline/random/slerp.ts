/** A tensor of one picture: channels × height × width, row-major. */
export interface LatentShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Above this mean cosine the two are so alike that the great circle has no stable direction. */
const NEARLY_EQUAL = 0.9995;

/**
 * Spherical interpolation from `low` (strength 0) to `high` (strength 1), as the webui mixes a variation into the
 * noise: each column of each channel, along the height, is a vector of its own.
 *
 * For tensors that are nearly equal a straight line is taken instead. (The webui has its two weights exchanged
 * there; it can only be seen when both tensors are nearly equal anyway, and is not imitated.)
 */
export function slerp(
  strength: number,
  [low, high]: readonly [Float32Array, Float32Array],
  shape: LatentShape,
): Float32Array {
  const cosines = columnCosines(low, high, shape);
  const mean = cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length;
  const out = new Float32Array(low.length);
  for (let channel = 0; channel < shape.channels; channel++) {
    for (let column = 0; column < shape.width; column++) {
      const angle = Math.acos(cosines[channel * shape.width + column]!);
      const [lowWeight, highWeight] =
        mean > NEARLY_EQUAL
          ? [1 - strength, strength]
          : [
              Math.sin((1 - strength) * angle) / Math.sin(angle),
              Math.sin(strength * angle) / Math.sin(angle),
            ];
      for (const i of columnIndices(channel, column, shape))
        out[i] = lowWeight * low[i]! + highWeight * high[i]!;
    }
  }
  return out;
}

function columnCosines(low: Float32Array, high: Float32Array, shape: LatentShape): Float64Array {
  const cosines = new Float64Array(shape.channels * shape.width);
  for (let channel = 0; channel < shape.channels; channel++) {
    for (let column = 0; column < shape.width; column++) {
      let dot = 0;
      let lowSquares = 0;
      let highSquares = 0;
      for (const i of columnIndices(channel, column, shape)) {
        dot += low[i]! * high[i]!;
        lowSquares += low[i]! ** 2;
        highSquares += high[i]! ** 2;
      }
      cosines[channel * shape.width + column] = dot / Math.sqrt(lowSquares * highSquares);
    }
  }
  return cosines;
}

function* columnIndices(channel: number, column: number, shape: LatentShape): Generator<number> {
  const start = channel * shape.height * shape.width + column;
  for (let row = 0; row < shape.height; row++) yield start + row * shape.width;
}
