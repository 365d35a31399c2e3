/** How a denoised estimate is kept in range. The names are those of scheduler_config.json. */
export interface LimitOptions {
  /** Dynamic thresholding; it wins over clipping. @default false */
  readonly thresholding: boolean;
  /** Share of elements that stay unclipped under dynamic thresholding. @default 0.995 */
  readonly dynamicThresholdingRatio: number;
  /** Largest threshold. @default 1 */
  readonly sampleMaxValue: number;
  /** Plain clipping. @default depends on the scheduler */
  readonly clipSample: boolean;
  /** @default 1 */
  readonly clipSampleRange: number;
}

/** Thresholds or clips in place, each picture of the batch for itself; does nothing when neither is on. */
export function limitDenoised(denoised: Float32Array, options: LimitOptions, batch = 1): void {
  if (options.thresholding) {
    const size = denoised.length / batch;
    for (let i = 0; i < batch; i++) thresholdPicture(denoised.subarray(i * size, (i + 1) * size), options);
  } else if (options.clipSample) {
    clamp(denoised, options.clipSampleRange);
  }
}

/** Dynamic thresholding (Saharia et al., "Imagen", 2022, section 2.3). */
function thresholdPicture(picture: Float32Array, options: LimitOptions): void {
  const quantile = quantileOf(picture.map(Math.abs), options.dynamicThresholdingRatio);
  const threshold = Math.min(Math.max(quantile, 1), options.sampleMaxValue);
  clamp(picture, threshold);
  for (let i = 0; i < picture.length; i++) picture[i]! /= threshold;
}

function quantileOf(values: Float32Array, ratio: number): number {
  values.sort();
  const rank = ratio * (values.length - 1);
  const low = Math.floor(rank);
  const high = Math.ceil(rank);
  return values[low]! + (rank - low) * (values[high]! - values[low]!);
}

function clamp(values: Float32Array, range: number): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(Math.max(values[i]!, -range), range);
}
