// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import AccordionView from "./accordion-view.tsx";

afterEach(() => document.body.replaceChildren());

/** What a browser does when the summary is pressed: the attribute first, then the event. */
function toggle(view: { readonly container: HTMLElement }, open: boolean): void {
  const details = view.container.querySelector("details") as HTMLDetailsElement;
  details.open = open;
  fireEvent(details, new Event("toggle"));
}

test("a closed one draws its children when it first opens, and keeps them when it closes", () => {
  const view = drawView(AccordionView, {
    payload: null,
    props: { label: "Advanced", open: false },
    children: <p>inside</p>,
  });
  expect(screen.queryByText("inside")).toBeNull();
  toggle(view, true);
  expect(screen.getByText("inside")).toBeTruthy();
  toggle(view, false);
  expect(screen.getByText("inside")).toBeTruthy();
  expect(view.emitted.map(({ event }) => event)).toEqual(["expand", "collapse"]);
});

test("opening by an update is reported once", () => {
  const view = drawView(AccordionView, { payload: null, props: { open: false }, children: <p>inside</p> });
  view.change({ props: { open: true } });
  toggle(view, true);
  toggle(view, true);
  expect(view.emitted.map(({ event }) => event)).toEqual(["expand"]);
});

test("one that is open from the start reports nothing by itself", () => {
  const view = drawView(AccordionView, { payload: null, props: { open: true }, children: <p>inside</p> });
  toggle(view, true);
  expect(view.emitted).toEqual([]);
});
