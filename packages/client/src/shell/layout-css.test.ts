import { toBlockId, type BlockConfig, type Json } from "@vitrine/core";
import { expect, test } from "vitest";
import { layoutCss } from "./layout-css.ts";

function block(id: string, props: Record<string, Json>, children?: readonly BlockConfig[]): BlockConfig {
  return { id: toBlockId(id), type: "row", key: id, props, ...(children ? { children } : {}) };
}

test("blocks that name a scale or a width get a rule of their own, at any depth; others get none", () => {
  const root = block("b0", {}, [
    block("b1", { scale: 2, minWidth: 320 }, [block("b2", {}), block("b3", { scale: 0 })]),
  ]);
  expect(layoutCss(root)).toBe(
    '[data-block="b1"]{--vt-scale:2;--vt-min-width:320px}[data-block="b3"]{--vt-scale:0;--vt-min-width:0px;flex:none}',
  );
});
