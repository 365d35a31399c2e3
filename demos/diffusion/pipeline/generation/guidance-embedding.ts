/**
 * The guidance scale as models distilled with it take it (Meng et al., "On distillation of guided diffusion models",
 * 2023): sines and cosines of the scale less 1, in thousandths.
 */
export function embedGuidance(scale: number, width: number): Float32Array {
  const half = width / 2;
  const step = Math.log(10_000) / (half - 1);
  const angle = (scale - 1) * 1000;
  const out = new Float32Array(width);
  for (let k = 0; k < half; k++) {
    const phase = angle * Math.exp(-k * step);
    out[k] = Math.sin(phase);
    out[half + k] = Math.cos(phase);
  }
  return out;
}
