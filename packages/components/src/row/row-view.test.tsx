// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import RowView from "./row-view.tsx";

afterEach(() => document.body.replaceChildren());

test("draws its children inside one row of the given height", () => {
  const { container } = drawView(RowView, {
    payload: null,
    props: { height: "200px", variant: "panel" },
    children: <p>inside</p>,
  });
  const row = container.querySelector<HTMLElement>("[data-part=row]");
  expect(row?.textContent).toBe("inside");
  expect(row?.dataset["variant"]).toBe("panel");
  expect(row?.style.height).toBe("200px");
});
