import type { Size } from "../../images/picture-edits.ts";

/** The size scaled down so that no side is longer than the limit, keeping its shape. 0 is no limit. */
export function limitSize({ width, height }: Size, limit: number): Size {
  if (limit === 0) return { width, height };
  if (height > width && height > limit) return { width: Math.floor((limit * width) / height), height: limit };
  if (width > limit) return { width: limit, height: Math.floor((limit * height) / width) };
  return { width, height };
}
