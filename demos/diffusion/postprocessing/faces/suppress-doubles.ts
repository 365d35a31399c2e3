import type { Box } from "../../images/picture-edits.ts";
import type { Face } from "./face.ts";

/** Of faces that overlap by more than this share of what both cover, only the surest is kept. */
const mostOverlap = 0.4;

/** The surest faces first, each once: detectors see one face many times. */
export function suppressDoubles(faces: readonly Face[]): readonly Face[] {
  const kept: Face[] = [];
  for (const face of [...faces].sort((first, second) => second.score - first.score)) {
    if (kept.every((other) => overlap(other.box, face.box) <= mostOverlap)) kept.push(face);
  }
  return kept;
}

/** What two boxes have in common, over what both cover. */
function overlap(first: Box, second: Box): number {
  const width =
    Math.min(first.left + first.width, second.left + second.width) - Math.max(first.left, second.left);
  const height =
    Math.min(first.top + first.height, second.top + second.height) - Math.max(first.top, second.top);
  if (width <= 0 || height <= 0) return 0;
  const common = width * height;
  return common / (first.width * first.height + second.width * second.height - common);
}
