// @vitest-environment happy-dom
import { toBlockId } from "@vitrine/core";
import { act } from "preact/test-utils";
import { h, render } from "preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import { TabSelectionContext } from "../shared/browser/tab-selection.ts";
import type { ViewInput } from "../shared/browser/view.ts";
import TabView from "./tab-view.tsx";

afterEach(() => document.body.replaceChildren());

test("draws its contents and reports nothing by itself", () => {
  const view = drawView(TabView, { payload: null, props: { label: "A" }, children: <p>inside</p> });
  expect(view.container.querySelector("[data-part=tab]")?.textContent).toBe("inside");
  expect(view.emitted).toEqual([]);
});

test("reports select once for each selection of itself, and none of others", () => {
  const emitted: unknown[] = [];
  const input = {
    id: toBlockId("b1"),
    props: { label: "A" },
    emit: (event: string, data: unknown) => emitted.push([event, data]),
  };
  const draw = (blockId: string) => {
    const value = { blockId: toBlockId(blockId), index: 2 };
    const tree = (
      <TabSelectionContext.Provider value={value}>
        {h(TabView, input as unknown as ViewInput)}
      </TabSelectionContext.Provider>
    );
    void act(() => render(tree, document.body));
  };
  draw("b1");
  draw("b9");
  draw("b1");
  expect(emitted).toEqual([
    ["select", { index: 2, value: "A" }],
    ["select", { index: 2, value: "A" }],
  ]);
  render(null, document.body);
});
