/** What scripts of one run tell each other. One object for a picture and everything made from it. */
export interface SharedHints {
  /** Size the picture will have after upscaling, in pixels; undefined when nobody has said. */
  targetWidth: number | undefined;
  targetHeight: number | undefined;
}

/** What a script may write into a picture's info text. `undefined` and `null` are left out. */
export type InfoValue = string | number | boolean | null | undefined;

export interface CopyOptions {
  /** Pieces of the file-name suffix, behind those of the original. @default [] */
  readonly nametags?: readonly string[];
  /** Whether later scripts must leave the copy alone. @default false */
  readonly disableProcessing?: boolean;
}

/** A picture on its way through the scripts. */
export class PostprocessedImage<Image = unknown> {
  /** The current picture. A script replaces it. */
  image: Image;
  /** What scripts did, in order; becomes the info text. */
  info: Record<string, InfoValue> = {};
  shared: SharedHints = { targetWidth: undefined, targetHeight: undefined };
  /** More pictures a script wants in the result: bare ones, or copies with nametags. */
  extraImages: (Image | PostprocessedImage<Image>)[] = [];
  /** Pieces of the file-name suffix. */
  nametags: string[] = [];
  /** Later scripts leave this picture alone; it is in the result all the same. */
  disableProcessing = false;
  /** Text saved beside the picture. */
  caption: string | undefined;

  /** Texts that came with the source picture: `parameters` and others. */
  readonly texts: ReadonlyMap<string, string>;

  constructor(image: Image, texts: ReadonlyMap<string, string> = new Map()) {
    this.image = image;
    this.texts = texts;
  }

  /**
   * A new picture made from this one: same shared hints and texts, its own copies of nametags and info,
   * no caption and no extra pictures.
   */
  createCopy(image: Image, options: CopyOptions = {}): PostprocessedImage<Image> {
    const copy = new PostprocessedImage(image, this.texts);
    copy.shared = this.shared;
    copy.info = { ...this.info };
    copy.nametags = [...this.nametags, ...(options.nametags ?? [])];
    copy.disableProcessing = options.disableProcessing ?? false;
    return copy;
  }

  /**
   * The file-name suffix: the nametags with a dash before each, and a number where another picture has the
   * same.
   *
   * @param used suffixes given so far; the answer is added. Use one set for all results of one input.
   */
  getSuffix(used: Set<string> = new Set()): string {
    const joined = this.nametags.join("-");
    const tags = joined === "" ? "" : `-${joined}`;
    const numbered = Array.from({ length: 99 }, (_, index) => `${tags}-${index + 1}`);
    const free = [tags, ...numbered].find((suffix) => !used.has(suffix));
    used.add(free ?? tags);
    return free ?? tags;
  }
}
