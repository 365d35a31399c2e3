import { PostprocessedImage } from "./postprocessed-image.ts";

/** What a script added, as a picture of its own: bare pictures inherit info, nametags and hints. */
export function copyFromExtra<Image>(
  source: PostprocessedImage<Image>,
  extra: Image | PostprocessedImage<Image>,
): PostprocessedImage<Image> {
  return extra instanceof PostprocessedImage ? extra : source.createCopy(extra);
}
