import { VitrineError, type Props } from "@vitrine/core";

/** A length: a number of CSS pixels, or text such as `"60vh"`, `"20rem"`, `"50%"`. */
export type CssSize = number | string;

export interface HeightOptions {
  /** Height: CSS pixels, or a length such as `"60vh"`. What does not fit scrolls. @default as high as its content */
  readonly height?: CssSize;
  /** It grows no higher than this; what does not fit scrolls. @default no limit */
  readonly maxHeight?: CssSize;
  /** It is never lower than this. @default no limit */
  readonly minHeight?: CssSize;
}

const names = ["height", "maxHeight", "minHeight"] as const;

/** Heights as props of a view, in CSS units. @throws OPTION_INVALID */
export function heightProps(options: HeightOptions): Props {
  const given = names.flatMap((name) =>
    options[name] === undefined ? [] : [[name, toCssLength(options[name], name)] as const],
  );
  return Object.fromEntries(given);
}

/** @throws OPTION_INVALID for what is no length, negative or not finite */
export function toCssLength(size: CssSize, option: string): string {
  if (typeof size === "number" && Number.isFinite(size) && size >= 0) return `${size}px`;
  if (typeof size === "string" && /^\d+(\.\d+)?(px|rem|em|ch|vh|dvh|svh|vw|%)$/.test(size)) return size;
  throw new VitrineError("OPTION_INVALID", {
    message: `${option} expected a number of pixels or a length such as "60vh", got ${JSON.stringify(size)}.`,
  });
}
