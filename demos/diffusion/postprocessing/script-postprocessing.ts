import type { PostprocessedImage } from "./postprocessed-image.ts";

/**
 * A control of a script, as the runner sees it. Every component of Vitrine with a value is one; so is any
 * object with `options`.
 */
export interface ScriptControl {
  readonly options: {
    /** What the control shows at first, and what the script gets when nobody says otherwise. */
    readonly value?: unknown;
    readonly label?: string;
  };
}

/** A script's controls by the names its arguments will have. Their order is the order of the arguments. */
export type ScriptControls = Readonly<Record<string, ScriptControl>>;

/** Values of a script's controls by name. `undefined`: not given; `null`: given as nothing. */
export type ScriptArgs = Readonly<Record<string, unknown>>;

/** What a script may want to know while it works. */
export interface ScriptContext {
  /** Aborted when nobody waits for the script any more: interrupt, skip, its time is up. */
  readonly signal: AbortSignal | undefined;
}

/**
 * A step of postprocessing. Extend it, put the file into the scripts folder, and it has a place of its own in
 * the Extras tab.
 *
 * @example
 * class Invert extends ScriptPostprocessing<Picture> {
 *   override readonly name = "Invert";
 *   override ui() {
 *     return { enable: new Checkbox({ label: "Enable", value: false }) };
 *   }
 *   override process(pp: PostprocessedImage<Picture>, { enable }: ScriptArgs) {
 *     if (enable === true) pp.image = invert(pp.image);
 *   }
 * }
 */
export abstract class ScriptPostprocessing<Image = unknown> {
  /** Title, and the key of the script's settings and arguments. No two scripts share one. */
  abstract readonly name: string;
  /** Where the script runs among those the user has not ordered: lower first, then by name. */
  readonly order: number = 1000;

  /** Builds the controls. Called once. */
  ui(): ScriptControls {
    return {};
  }

  /** Looks at the first picture before any script works, and may set `pp.shared`. Leaves the picture as it is. */
  processFirstPass(_pp: PostprocessedImage<Image>, _args: ScriptArgs): void | Promise<void> {}

  /** Does the work: replaces `pp.image`, adds to `pp.info`, `pp.extraImages`, `pp.nametags`, `pp.caption`. */
  abstract process(
    pp: PostprocessedImage<Image>,
    args: ScriptArgs,
    context: ScriptContext,
  ): void | Promise<void>;

  /** Another picture was chosen: forget what was kept for the previous one. */
  imageChanged(): void {}
}
