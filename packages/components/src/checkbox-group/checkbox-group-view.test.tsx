// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import CheckboxGroupView from "./checkbox-group-view.tsx";

afterEach(() => document.body.replaceChildren());

const props = {
  label: "Toppings",
  choices: [
    ["Cheese", "c"],
    ["Olives", "o"],
  ],
  showSelectAll: true,
};

test("a click adds to what is chosen or takes away, and reports which", () => {
  const view = drawView(CheckboxGroupView, { payload: ["o"], props });
  fireEvent.click(screen.getByRole("checkbox", { name: "Cheese" }));
  expect(view.payload).toEqual(["o", "c"]);
  fireEvent.click(screen.getByRole("checkbox", { name: "Olives" }));
  expect(view.payload).toEqual(["c"]);
  expect(view.emitted).toEqual([
    { event: "select", data: { index: 0, value: "c", selected: true } },
    { event: "select", data: { index: 1, value: "o", selected: false } },
  ]);
});

test("Select all is half ticked while some are chosen, takes all, then none", () => {
  const view = drawView(CheckboxGroupView, { payload: ["o"], props });
  const all = screen.getByRole("checkbox", { name: "Select all" }) as HTMLInputElement;
  expect(all.indeterminate).toBe(true);
  fireEvent.click(all);
  expect(view.payload).toEqual(["c", "o"]);
  expect([all.indeterminate, all.checked]).toEqual([false, true]);
  fireEvent.click(all);
  expect(view.payload).toEqual([]);
});

test("the group has the label's name", () => {
  drawView(CheckboxGroupView, { payload: [], props });
  expect(screen.getByRole("group", { name: "Toppings" })).toBeTruthy();
});
