// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import LabelView from "./label-view.tsx";

afterEach(() => document.body.replaceChildren());

const payload = {
  label: "cat",
  confidences: [
    { label: "cat", confidence: 0.996 },
    { label: "dog", confidence: 0.004 },
  ],
};
const rows = () => screen.getAllByRole("listitem").map((row) => row.textContent);

test("shows the best class and a bar for each", () => {
  const { container } = drawView(LabelView, { payload, props: { label: "Animal", color: "teal" } });
  expect(screen.getByText("cat", { selector: "p" })).toBeTruthy();
  expect(screen.getByRole("list", { name: "Animal" })).toBeTruthy();
  expect(rows()).toEqual(["cat99.6%", "dog0.4%"]);
  const bar = container.querySelector(".vt-class-fill");
  expect([bar?.getAttribute("width"), bar?.getAttribute("fill")]).toEqual(["99.6%", "teal"]);
});

test("the heading can be left out, but not for a text by itself", () => {
  const view = drawView(LabelView, { payload, props: { showHeading: false } });
  expect(screen.queryByText("cat", { selector: "p" })).toBeNull();
  view.set({ label: "owl" } as never);
  expect(screen.getByText("owl", { selector: "p" })).toBeTruthy();
});

test("choosing a class reports its place and name", () => {
  const view = drawView(LabelView, { payload });
  fireEvent.click(screen.getByRole("button", { name: /dog/ }));
  expect(view.emitted).toEqual([{ event: "select", data: { index: 1, value: "dog" } }]);
});

test("confidences beyond 0 and 1 keep their number and stay inside the bar", () => {
  const { container } = drawView(LabelView, {
    payload: {
      label: "a",
      confidences: [
        { label: "a", confidence: 1.5 },
        { label: "b", confidence: -1 },
      ],
    },
  });
  expect(rows()).toEqual(["a150%", "b-100%"]);
  expect([...container.querySelectorAll(".vt-class-fill")].map((bar) => bar.getAttribute("width"))).toEqual([
    "100%",
    "0%",
  ]);
});

test("says that there is nothing yet", () => {
  drawView(LabelView, { payload: null });
  expect(screen.getByText("Nothing classified yet")).toBeTruthy();
});
