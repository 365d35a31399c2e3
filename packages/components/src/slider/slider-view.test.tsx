// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import SliderView from "./slider-view.tsx";

afterEach(() => document.body.replaceChildren());

const props = { label: "Strength", minimum: 0, maximum: 10, step: 1, buttons: ["reset"] };

test("dragging sets the value; letting go reports release", () => {
  const view = drawView(SliderView, { payload: 3, props });
  fireEvent.input(screen.getByRole("slider", { name: "Strength" }), { target: { value: "7" } });
  expect(view.payload).toBe(7);
  fireEvent.change(screen.getByRole("slider", { name: "Strength" }));
  expect(view.emitted).toEqual([{ event: "release", data: 7 }]);
});

test("a number typed beyond the range is brought back when the box is left", () => {
  const view = drawView(SliderView, { payload: 3, props });
  const box = screen.getByRole("spinbutton");
  fireEvent.input(box, { target: { value: "99" } });
  fireEvent.blur(box);
  expect(view.payload).toBe(10);
});

test("reset brings back the first value; a slider that is not interactive has no reset", () => {
  const view = drawView(SliderView, { payload: 3, props });
  view.set(9);
  fireEvent.click(screen.getByRole("button", { name: "Reset Strength" }));
  expect(view.payload).toBe(3);
  view.unmount();
  drawView(SliderView, { payload: 3, props, interactive: false });
  expect(screen.queryByRole("button", { name: "Reset Strength" })).toBeNull();
});
