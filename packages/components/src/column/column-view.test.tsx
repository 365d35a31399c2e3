// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import ColumnView from "./column-view.tsx";

afterEach(() => document.body.replaceChildren());

test("draws its children inside one column of its variant", () => {
  const { container } = drawView(ColumnView, {
    payload: null,
    props: { variant: "panel" },
    children: <p>inside</p>,
  });
  const column = container.querySelector<HTMLElement>("[data-part=column]");
  expect(column?.textContent).toBe("inside");
  expect(column?.dataset["variant"]).toBe("panel");
});
