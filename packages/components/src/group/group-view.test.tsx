// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import GroupView from "./group-view.tsx";

afterEach(() => document.body.replaceChildren());

test("draws its children on one surface", () => {
  const { container } = drawView(GroupView, { payload: null, children: [<p>one</p>, <p>two</p>] });
  expect(
    [...(container.querySelector("[data-part=group]")?.children ?? [])].map((child) => child.textContent),
  ).toEqual(["one", "two"]);
});
