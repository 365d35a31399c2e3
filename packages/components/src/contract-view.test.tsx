// @vitest-environment happy-dom
import { Component, type Json } from "@vitrine/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { drawView } from "./shared/browser/draw-view.ts";
import type { View } from "./shared/browser/view.ts";
import { everyBlock, propsOf } from "./testing/components.ts";

const methods = ["log", "warn", "error", "info", "debug"] as const;

beforeEach(() => {
  for (const method of methods) vi.spyOn(console, method);
});
afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

describe.each(everyBlock())("%s", (_name, block) => {
  const payloads: readonly Json[] =
    block instanceof Component ? [block.examplePayload(), block.emptyPayload] : [null];

  test.each([true, false])(
    "its view is drawn, changed and taken away in silence (interactive: %s)",
    async (interactive) => {
      const { default: view } = (await import(`./${block.type}/${block.type}-view.tsx`)) as { default: View };
      const [first = null, second = null] = payloads;
      const drawn = drawView(view, { payload: first, props: propsOf(block), interactive, childBlocks: [] });
      expect(drawn.container.childElementCount).toBeGreaterThan(0);
      drawn.set(second);
      drawn.change({ error: "Something is wrong.", isPending: true, isRunning: true });
      drawn.unmount();
      expect(document.body.childElementCount).toBe(0);
      for (const method of methods) expect(console[method]).not.toHaveBeenCalled();
    },
  );
});
