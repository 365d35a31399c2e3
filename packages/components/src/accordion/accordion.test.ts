import { App, toBlockId } from "@vitrine/core";
import { expect, test } from "vitest";
import { Slider } from "../slider/slider.ts";
import { Accordion } from "./accordion.ts";

const idOf = () => toBlockId("b0");

test("is open unless told otherwise", () => {
  expect(new Accordion().props(idOf)).toEqual({ label: "Details", open: true });
  expect(new Accordion({ label: "Advanced", open: false }).props(idOf)).toEqual({
    label: "Advanced",
    open: false,
  });
});

test("opening and closing start listeners", () => {
  const app = new App(() => {
    const accordion = new Accordion({ label: "Advanced" }, () => void new Slider());
    accordion.expand(() => undefined);
    accordion.collapse(() => undefined);
  });
  expect(app.listeners.map((listener) => listener.triggers[0]?.event)).toEqual(["expand", "collapse"]);
});
