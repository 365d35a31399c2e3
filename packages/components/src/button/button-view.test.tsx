// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import ButtonView from "./button-view.tsx";

afterEach(() => document.body.replaceChildren());

test("a click is reported; a disabled button reports none", () => {
  const view = drawView(ButtonView, { payload: "Go", props: { variant: "primary" } });
  fireEvent.click(screen.getByRole("button", { name: "Go" }));
  view.change({ interactive: false });
  fireEvent.click(screen.getByRole("button", { name: "Go" }));
  expect(view.emitted.map(({ event }) => event)).toEqual(["click"]);
});

test("with a link it is one, without a way back for pages opened anew", () => {
  drawView(ButtonView, { payload: "Docs", props: { link: "../docs", linkTarget: "_blank" } });
  const link = screen.getByRole("link", { name: "Docs" });
  expect([link.getAttribute("href"), link.getAttribute("target"), link.getAttribute("rel")]).toEqual([
    "../docs",
    "_blank",
    "noopener noreferrer",
  ]);
});

test("a button for while a job runs is there only then", () => {
  const view = drawView(ButtonView, { payload: "Stop", props: { visibleWhile: "running" } });
  expect(screen.queryByRole("button")).toBeNull();
  view.change({ isRunning: true });
  expect(screen.getByRole("button", { name: "Stop" })).toBeTruthy();
});
