// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import RadioView from "./radio-view.tsx";

afterEach(() => document.body.replaceChildren());

const props = {
  label: "Operation",
  choices: [
    ["add", "add"],
    ["Take away", "subtract"],
    ["three", 3],
  ],
};

test("the group has the label's name; a click chooses and reports", () => {
  const view = drawView(RadioView, { payload: "add", props });
  expect(screen.getByRole("radiogroup", { name: "Operation" })).toBeTruthy();
  fireEvent.click(screen.getByRole("radio", { name: "Take away" }));
  expect(view.payload).toBe("subtract");
  expect(view.emitted).toEqual([{ event: "select", data: { index: 1, value: "subtract", selected: true } }]);
});

test("numbers and texts that look alike are different choices", () => {
  drawView(RadioView, { payload: "3", props });
  expect(screen.getAllByRole("radio").filter((radio) => (radio as HTMLInputElement).checked)).toEqual([]);
});

test("one that is only shown cannot be changed", () => {
  drawView(RadioView, { payload: "add", props, interactive: false });
  expect(screen.getAllByRole("radio").every((radio) => (radio as HTMLInputElement).disabled)).toBe(true);
});
