import type { Picture } from "../../images/picture.ts";

export interface UpscaleContext {
  /** Aborted when the work is no longer wanted. */
  readonly signal: AbortSignal | undefined;
}

/** A way to make pictures larger. */
export interface Upscaler {
  /** What menus and info texts call it. */
  readonly name: string;
  /**
   * Makes a picture larger once. A network does so by its own factor, whatever was asked; the result is then
   * enlarged again or resized to fit.
   *
   * @param factor how much larger it shall be in the end
   */
  upscaleOnce(picture: Picture, factor: number, context: UpscaleContext): Promise<Picture>;
}
