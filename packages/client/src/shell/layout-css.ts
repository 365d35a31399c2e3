import type { BlockConfig, Json } from "@vitrine/core";

/**
 * Rules for the blocks that name a width or a scale. They leave the server as a style sheet: a strict
 * Content-Security-Policy drops `style` attributes.
 */
export function layoutCss(root: BlockConfig): string {
  const declarations = Object.entries(layoutProperties(root.props)).flatMap(([name, value]) =>
    value ? [`${name}:${value}`] : [],
  );
  const own = declarations.length === 0 ? "" : `[data-block="${root.id}"]{${declarations.join(";")}}`;
  return [own, ...(root.children ?? []).map(layoutCss)].join("");
}

/** Properties a block's element gets for its share of a row: what row.css reads, or a width of its own; "" for none. */
export function layoutProperties({
  scale,
  minWidth,
}: Readonly<Record<string, Json>>): Readonly<Record<string, string>> {
  // A block that does not grow is as wide as its content.
  const ownWidth = scale === 0;
  return {
    "--vt-scale": typeof scale === "number" ? `${scale}` : "",
    "--vt-min-width": typeof minWidth === "number" ? `${minWidth}px` : ownWidth ? "0px" : "",
    flex: ownWidth ? "none" : "",
  };
}
