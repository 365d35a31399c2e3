// @vitest-environment happy-dom
import { configure, fireEvent, screen, waitFor } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import JsonView from "./json-view.tsx";

// A busy machine takes its time; what never comes still fails.
configure({ asyncUtilTimeout: 30_000 });

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

const payload = { name: "Ada", tags: ["a", "b"], deep: { one: { two: { three: 3 } } } };
const items = () => screen.getAllByRole("treeitem").map((item) => item.textContent);
const press = (key: string) => fireEvent.keyDown(screen.getByRole("tree"), { key });

test("draws a tree of keys and values, the first three levels open", () => {
  drawView(JsonView, { payload, props: { label: "Data" } });
  expect(screen.getByRole("tree", { name: "Data" })).toBeTruthy();
  expect(items()).toEqual([
    "{ 3 keys }",
    'name: "Ada"',
    "tags: [ 2 items ]",
    '"a"',
    '"b"',
    "deep: { 1 key }",
    "one: { 1 key }",
    "two: { 1 key }",
  ]);
});

test("indices are shown when asked for", () => {
  drawView(JsonView, { payload: ["a"], props: { showIndices: true } });
  expect(items()).toEqual(["[ 1 item ]", '0: "a"']);
});

test("arrow keys move, open and close; there is one tab stop", () => {
  drawView(JsonView, { payload });
  press("ArrowDown");
  press("ArrowDown");
  expect(document.activeElement?.textContent).toBe("tags: [ 2 items ]");
  press("ArrowLeft");
  expect(document.activeElement?.getAttribute("aria-expanded")).toBe("false");
  expect(items()).not.toContain('"a"');
  press("ArrowRight");
  press("ArrowRight");
  expect(document.activeElement?.textContent).toBe('"a"');
  press("ArrowLeft");
  expect(document.activeElement?.textContent).toBe("tags: [ 2 items ]");
  press("End");
  press("Enter");
  expect(items()).toContain("three: 3");
  expect(screen.getAllByRole("treeitem").filter((item) => item.tabIndex === 0)).toHaveLength(1);
});

test("a press opens and closes a level", () => {
  drawView(JsonView, { payload });
  fireEvent.click(screen.getByText("tags"));
  expect(items()).not.toContain('"a"');
});

test("a long list shows more of itself on demand", () => {
  drawView(JsonView, { payload: Array.from({ length: 150 }, (_, index) => index) });
  fireEvent.click(screen.getByText("Show more (50 hidden)"));
  expect(items()).toHaveLength(151);
});

test("data that poses as markup or as a virtual node is shown as text", () => {
  const view = drawView(JsonView, { payload: { type: "img", props: { src: "x" }, text: "<img src=x>" } });
  expect(view.container.querySelector("img")).toBeNull();
  expect(items()).toContain('text: "<img src=x>"');
});

test("copies the data as JSON text", async () => {
  vi.stubGlobal("isSecureContext", true);
  drawView(JsonView, { payload: { a: 1 }, props: { buttons: ["copy"] } });
  fireEvent.click(screen.getByRole("button", { name: "Copy JSON" }));
  await waitFor(async () => expect(await navigator.clipboard.readText()).toBe('{\n  "a": 1\n}'));
});

test("without data there is a word instead of a tree, and nothing to copy", () => {
  drawView(JsonView, { payload: null, props: { buttons: ["copy"] } });
  expect(screen.getByText("No data yet")).toBeTruthy();
  expect(screen.queryByRole("tree")).toBeNull();
  expect(screen.queryByRole("button")).toBeNull();
});
