const f = Math.fround;

/**
 * Shifts and scales the betas so that the last training step is pure noise (Lin et al., "Common diffusion noise
 * schedules and sample steps are flawed", 2023, algorithm 1). In float32 like its reference.
 */
export function rescaleToZeroTerminalSnr(betas: Float32Array): Float32Array {
  let product = 1;
  const roots = betas.map((beta) => Math.sqrt(f((product *= f(1 - beta)))));
  const first = roots[0]!;
  const last = roots.at(-1)!;
  const scale = f(first / f(first - last));
  const signal = roots.map((root) => f(f(root - last) * scale) ** 2);
  return signal.map((value, i) => 1 - f(i === 0 ? value : value / signal[i - 1]!));
}
