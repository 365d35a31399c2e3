/** `count` evenly spaced numbers from `start` to `stop`, both included; of one number, `start`. As NumPy's. */
export function linspace(start: number, stop: number, count: number): Float64Array {
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  const values = Float64Array.from({ length: count }, (_, i) => i * step + start);
  if (count > 1) values[count - 1] = stop;
  return values;
}

/**
 * The float32 `torch.linspace`: both halves are counted from their own end, each number with one rounding, and the
 * step is itself a float32.
 */
export function linspace32(start: number, stop: number, count: number): Float32Array {
  const first = Math.fround(start);
  const last = Math.fround(stop);
  const step = count > 1 ? Math.fround(Math.fround(last - first) / (count - 1)) : 0;
  return Float32Array.from({ length: count }, (_, i) =>
    i < Math.floor(count / 2) ? first + step * i : last - step * (count - 1 - i),
  );
}
