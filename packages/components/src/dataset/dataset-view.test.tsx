// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import DatasetView from "./dataset-view.tsx";

afterEach(() => document.body.replaceChildren());

const rows = Array.from({ length: 12 }, (_, index) => [{ text: `name ${index}` }, { text: String(index) }]);

test("choosing a row by its button or anywhere in it reports its index once", () => {
  const view = drawView(DatasetView, { payload: { rows }, props: { headers: ["name", "count"] } });
  fireEvent.click(screen.getByRole("button", { name: "Use example 3: name 2" }));
  fireEvent.click(screen.getByText("4"));
  expect(view.emitted).toEqual([
    { event: "select", data: { index: 2 } },
    { event: "select", data: { index: 4 } },
  ]);
});

test("rows beyond a page are on the next one, and keep their index", () => {
  const view = drawView(DatasetView, {
    payload: { rows },
    props: { headers: ["name", "count"], samplesPerPage: 10 },
  });
  expect(screen.queryByText("name 10")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "2" }));
  fireEvent.click(screen.getByText("name 10"));
  expect(view.emitted).toEqual([{ event: "select", data: { index: 10 } }]);
});

test("one column is drawn as cards, pictures among them", () => {
  drawView(DatasetView, {
    payload: { rows: [[{ imageUrl: "files/app/x/cat.png" }]] },
    props: { headers: ["image"] },
  });
  expect(screen.getByRole("img", { name: "Example 1" }).getAttribute("src")).toBe("files/app/x/cat.png");
});
