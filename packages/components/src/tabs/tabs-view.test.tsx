// @vitest-environment happy-dom
import { toBlockId } from "@vitrine/core";
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import type { ViewProps } from "../shared/browser/view.ts";
import TabsView from "./tabs-view.tsx";

afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

const child = (id: string, props: ViewProps) => ({ id: toBlockId(id), props, node: <p>contents of {id}</p> });
const three = [
  child("b2", { label: "Text", id: "text" }),
  child("b3", { label: "Image", id: "image" }),
  child("b4", { label: "Sound" }),
];
const tab = (name: string) => screen.getByRole("tab", { name });
const selectedLabel = () =>
  screen.getAllByRole("tab").find((button) => button.getAttribute("aria-selected") === "true")?.textContent;

test("shows the first tab, and draws the others only when they are first selected; then they stay", () => {
  const view = drawView(TabsView, { payload: null, childBlocks: three });
  expect(selectedLabel()).toBe("Text");
  expect(screen.queryByText("contents of b3")).toBeNull();
  fireEvent.click(tab("Image"));
  expect(screen.getByRole("tabpanel", { name: "Image" }).textContent).toBe("contents of b3");
  expect(screen.getByText("contents of b2").closest("[hidden]")).not.toBeNull();
  expect(view.emitted).toEqual([
    { event: "select", data: { index: 1, id: "image", value: "Image" } },
    { event: "change", data: { index: 1, id: "image", value: "Image" } },
  ]);
});

test("a tab with renderChildren is drawn from the start", () => {
  drawView(TabsView, {
    payload: null,
    childBlocks: [child("b2", { label: "A" }), child("b3", { label: "B", renderChildren: true })],
  });
  expect(screen.getByText("contents of b3").closest("[hidden]")).not.toBeNull();
});

test("an update of selected shows that tab and reports change, not select", () => {
  const view = drawView(TabsView, { payload: null, childBlocks: three, props: { selected: "text" } });
  view.change({ props: { selected: 2 } });
  expect(selectedLabel()).toBe("Sound");
  expect(view.emitted).toEqual([{ event: "change", data: { index: 2, id: 2, value: "Sound" } }]);
});

test("arrow keys select around the ends and skip disabled tabs; only the selected tab is a tab stop", () => {
  drawView(TabsView, {
    payload: null,
    childBlocks: [...three, child("b5", { label: "Off", interactive: false })],
  });
  const press = (key: string) => fireEvent.keyDown(screen.getByRole("tablist"), { key });
  press("ArrowLeft");
  expect(selectedLabel()).toBe("Sound");
  expect(document.activeElement).toBe(tab("Sound"));
  press("ArrowRight");
  expect(selectedLabel()).toBe("Text");
  press("End");
  expect(selectedLabel()).toBe("Sound");
  press("Home");
  expect(selectedLabel()).toBe("Text");
  expect(screen.getAllByRole("tab").map((button) => button.tabIndex)).toEqual([0, -1, -1, -1]);
});

test("a disabled tab is not selected by a press, an invisible one is not drawn", () => {
  const children = [
    ...three,
    child("b5", { label: "Off", interactive: false }),
    child("b6", { label: "Gone", visible: false }),
  ];
  const view = drawView(TabsView, { payload: null, childBlocks: children });
  fireEvent.click(tab("Off"));
  expect(selectedLabel()).toBe("Text");
  expect(view.emitted).toEqual([]);
  expect(screen.queryByRole("tab", { name: "Gone" })).toBeNull();
});

test("tabs that do not fit can be chosen from a menu; tabs that fit have none", () => {
  const fitting = drawView(TabsView, { payload: null, childBlocks: three });
  expect(screen.queryByRole("button", { name: "All tabs" })).toBeNull();
  fitting.unmount();
  vi.spyOn(HTMLElement.prototype, "scrollWidth", "get").mockReturnValue(2000);
  drawView(TabsView, { payload: null, childBlocks: three });
  fireEvent.click(screen.getByRole("button", { name: "All tabs" }));
  fireEvent.click(screen.getByRole("menuitemradio", { name: "Sound" }));
  expect(selectedLabel()).toBe("Sound");
  expect(screen.queryByRole("menuitemradio")).toBeNull();
});
