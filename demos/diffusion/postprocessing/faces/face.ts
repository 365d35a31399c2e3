import type { Box } from "../../images/picture-edits.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A face as a detector sees it, in pixels of the picture. */
export interface Face {
  readonly box: Box;
  /** How sure the detector is, 0 to 1. */
  readonly score: number;
  /** Left eye, right eye, nose, left and right corner of the mouth, as the viewer sees them. */
  readonly landmarks: readonly Point[];
}
