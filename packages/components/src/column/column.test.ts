import { App, toBlockId } from "@vitrine/core";
import { expect, test } from "vitest";
import { Slider } from "../slider/slider.ts";
import { Column } from "./column.ts";

const idOf = () => toBlockId("b0");

test("is at least 320 pixels wide unless told otherwise", () => {
  expect(new Column().props(idOf)).toEqual({ scale: 1, minWidth: 320, variant: "default" });
  expect(new Column({ scale: 2, minWidth: 100, variant: "compact" }).props(idOf)).toEqual({
    scale: 2,
    minWidth: 100,
    variant: "compact",
  });
});

test("keeps its children in the order they were constructed", () => {
  let column = new Column({ render: false });
  new App(() => {
    column = new Column(() => {
      new Slider({ label: "first" });
      new Slider({ label: "second" });
    });
  });
  expect(column.children.map((child) => (child as Slider).options.label)).toEqual(["first", "second"]);
});
