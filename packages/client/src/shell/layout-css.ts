import type { BlockConfig, Json } from "@vitrine/core";

/**
 * Rules for the blocks that name a width or a scale. They leave the server as a style sheet: a strict
 * Content-Security-Policy drops `style` attributes.
 */
export function layoutCss(root: BlockConfig): string {
  const declarations = Object.entries(layoutProperties(root.props)).map(
    ([name, value]) => `${name}:${value}`,
  );
  const own = declarations.length === 0 ? "" : `[data-block="${root.id}"]{${declarations.join(";")}}`;
  return [own, ...(root.children ?? []).map(layoutCss)].join("");
}

/** Properties a block's element gets for its share of a row: what row.css reads, or a width of its own. */
export function layoutProperties(props: Readonly<Record<string, Json>>): Readonly<Record<string, string>> {
  const { scale, minWidth } = props;
  return {
    ...(typeof scale === "number" ? { "--vt-scale": `${scale}` } : {}),
    // A block that does not grow is as wide as its content.
    ...(scale === 0 ? { flex: "none", "--vt-min-width": "0px" } : {}),
    ...(typeof minWidth === "number" ? { "--vt-min-width": `${minWidth}px` } : {}),
  };
}
