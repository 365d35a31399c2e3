// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import { drawView } from "../shared/browser/draw-view.ts";
import HtmlView from "./html-view.tsx";

afterEach(() => document.body.replaceChildren());

test("draws what the server has sanitised, and sets the styles it carries", () => {
  const view = drawView(HtmlView, { payload: '<p data-vt-style="color: teal">one</p>' });
  expect(view.container.querySelector("p")?.style.color).toBe("teal");
  view.set('<p data-vt-style="color: red">two</p>');
  expect(view.container.querySelector("p")?.textContent).toBe("two");
  expect(view.container.querySelector("p")?.style.color).toBe("red");
});
