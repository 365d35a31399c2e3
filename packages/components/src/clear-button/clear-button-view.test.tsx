// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import ClearButtonView from "./clear-button-view.tsx";

afterEach(() => document.body.replaceChildren());

test("a click empties the listed blocks in the page, then is reported", () => {
  const order: unknown[] = [];
  const view = drawView(ClearButtonView, {
    payload: "Clear",
    props: { clears: ["b3", "b4"] },
    page: { clear: (ids) => void order.push(ids) },
  });
  fireEvent.click(screen.getByRole("button", { name: "Clear" }));
  expect(order).toEqual([["b3", "b4"]]);
  expect(view.emitted.map(({ event }) => event)).toEqual(["click"]);
});
