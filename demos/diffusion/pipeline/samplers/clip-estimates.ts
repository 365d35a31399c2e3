import { limitDenoised, type LimitOptions } from "../prediction/limits.ts";
import type { Solution } from "./solver.ts";

/** A solution that gets every denoised estimate kept in range. */
export function* clipEstimates(solution: Solution, limits: LimitOptions, batch?: number): Solution {
  let clipped = new Float32Array(0);
  let turn = solution.next();
  while (turn.done !== true) {
    const denoised = yield turn.value;
    // A copy: the model's array is its own.
    if (clipped.length !== denoised.length) clipped = new Float32Array(denoised.length);
    clipped.set(denoised);
    limitDenoised(clipped, limits, batch);
    turn = solution.next(clipped);
  }
  return turn.value;
}
