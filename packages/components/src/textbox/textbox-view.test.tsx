// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, describe, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import TextboxView from "./textbox-view.tsx";

afterEach(() => document.body.replaceChildren());

const props = { label: "Name", lines: 1, maxLines: 20 };
const submits = (view: { readonly emitted: readonly { readonly event: string }[] }) =>
  view.emitted.filter(({ event }) => event === "submit").length;

test("typing sets the value", () => {
  const view = drawView(TextboxView, { payload: "", props });
  fireEvent.input(screen.getByRole("textbox", { name: "Name" }), { target: { value: "Ada" } });
  expect(view.payload).toBe("Ada");
});

describe("Enter", () => {
  test.each([
    { lines: 1, maxLines: 20, shiftKey: false, submitted: 1 },
    { lines: 1, maxLines: 20, shiftKey: true, submitted: 0 },
    { lines: 3, maxLines: 20, shiftKey: false, submitted: 0 },
    { lines: 3, maxLines: 20, shiftKey: true, submitted: 1 },
    { lines: 1, maxLines: 1, shiftKey: true, submitted: 1 },
  ])("with %o", ({ submitted, shiftKey, ...size }) => {
    const view = drawView(TextboxView, { payload: "", props: { ...props, ...size } });
    fireEvent.keyDown(screen.getByRole("textbox"), { key: "Enter", shiftKey });
    expect(submits(view)).toBe(submitted);
  });

  test("does not submit while an input method composes, or when the box is only shown", () => {
    const view = drawView(TextboxView, { payload: "", props });
    fireEvent.keyDown(screen.getByRole("textbox"), { key: "Enter", isComposing: true });
    view.change({ interactive: false });
    fireEvent.keyDown(screen.getByRole("textbox"), { key: "Enter" });
    expect(submits(view)).toBe(0);
  });
});

test("a word being composed reaches nobody before it is done", () => {
  const view = drawView(TextboxView, { payload: "", props });
  const box = screen.getByRole("textbox");
  fireEvent.compositionStart(box);
  fireEvent.input(box, { target: { value: "に" } });
  expect(view.payload).toBe("");
  view.change({ isPending: true });
  expect((box as HTMLTextAreaElement).value).toBe("に");
  fireEvent.input(box, { target: { value: "日本" } });
  fireEvent.compositionEnd(box);
  expect(view.payload).toBe("日本");
});

test("Submit stands inside the box, and Stop in its place while a job runs", () => {
  const view = drawView(TextboxView, { payload: "", props: { ...props, submitBtn: "Send", stopBtn: true } });
  fireEvent.click(screen.getByRole("button", { name: "Send" }));
  expect(screen.queryByRole("button", { name: "Stop" })).toBeNull();
  view.change({ isRunning: true });
  fireEvent.click(screen.getByRole("button", { name: "Stop" }));
  expect(view.emitted.map(({ event }) => event)).toEqual(["submit", "stop"]);
});

test("Enter submits nothing while Stop stands in Submit's place, and keeps what is typed", () => {
  const view = drawView(TextboxView, {
    payload: "next",
    props: { ...props, submitBtn: true, stopBtn: true },
  });
  view.change({ isRunning: true });
  fireEvent.keyDown(screen.getByRole("textbox"), { key: "Enter" });
  expect(submits(view)).toBe(0);
  view.change({ isRunning: false });
  fireEvent.keyDown(screen.getByRole("textbox"), { key: "Enter" });
  expect([submits(view), view.payload]).toEqual([1, "next"]);
});

test("marked text is reported with its place", () => {
  const view = drawView(TextboxView, { payload: "one two", props });
  const box = screen.getByRole("textbox") as HTMLTextAreaElement;
  box.setSelectionRange(4, 7);
  fireEvent.select(box);
  expect(view.emitted).toContainEqual({ event: "select", data: { index: [4, 7], value: "two" } });
});

test("an error is tied to the box it belongs to", () => {
  drawView(TextboxView, { payload: "", props, error: "Too long" });
  expect(screen.getByRole("alert").textContent).toBe("Too long");
  expect(screen.getByRole("textbox").getAttribute("aria-describedby")).toBe(screen.getByRole("alert").id);
});

test("markup in label, placeholder and text stays text", () => {
  const markup = "<img src=x onerror=alert(1)>";
  const view = drawView(TextboxView, {
    payload: markup,
    props: { ...props, label: markup, info: markup, placeholder: markup },
  });
  expect(view.container.querySelector("img")).toBeNull();
  expect(screen.getByRole("textbox", { name: markup })).toBeTruthy();
});
