// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import CheckboxView from "./checkbox-view.tsx";

afterEach(() => document.body.replaceChildren());

const props = { label: "Morning", info: "Until the morning?" };

test("a click ticks it and reports what it was set to", () => {
  const view = drawView(CheckboxView, { payload: false, props });
  fireEvent.click(screen.getByRole("checkbox", { name: "Morning" }));
  expect(view.payload).toBe(true);
  expect(view.emitted).toEqual([{ event: "select", data: { value: "Morning", selected: true } }]);
});

test("its explanation is read with it", () => {
  drawView(CheckboxView, { payload: false, props });
  const described = screen.getByRole("checkbox").getAttribute("aria-describedby") ?? "";
  expect(document.getElementById(described)?.textContent).toBe("Until the morning?");
});

test("one that is only shown cannot be ticked, and has a name without a label", () => {
  drawView(CheckboxView, { payload: true, interactive: false });
  expect((screen.getByRole("checkbox", { name: "Checkbox" }) as HTMLInputElement).disabled).toBe(true);
});
