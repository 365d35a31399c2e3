// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import NumberView from "./number-view.tsx";

afterEach(() => document.body.replaceChildren());

const props = { label: "Years", minimum: 0, step: 1, required: true };
const box = () => screen.getByRole("spinbutton", { name: "Years" }) as HTMLInputElement;

test("typing sets the number and stays as typed; an empty box is null", () => {
  const view = drawView(NumberView, { payload: 3, props });
  fireEvent.input(box(), { target: { value: "1.50" } });
  expect([view.payload, box().value]).toEqual([1.5, "1.50"]);
  fireEvent.input(box(), { target: { value: "" } });
  expect([view.payload, box().value]).toEqual([null, ""]);
});

test("what a function writes replaces what was typed", () => {
  const view = drawView(NumberView, { payload: 3, props });
  fireEvent.input(box(), { target: { value: "1.50" } });
  view.set(7);
  expect(box().value).toBe("7");
});

test("Enter submits; a number that is only shown cannot be typed in", () => {
  const view = drawView(NumberView, { payload: 3, props });
  fireEvent.keyDown(box(), { key: "Enter" });
  expect(view.emitted.map(({ event }) => event)).toEqual(["submit"]);
  view.change({ interactive: false });
  expect(box().readOnly).toBe(true);
  fireEvent.keyDown(box(), { key: "Enter" });
  expect(view.emitted).toHaveLength(1);
});

test("the focus is reported", () => {
  const view = drawView(NumberView, { payload: 3, props });
  fireEvent.focus(box());
  fireEvent.blur(box());
  expect(view.emitted.map(({ event }) => event)).toEqual(["focus", "blur"]);
});
