import { App, toBlockId, type Block } from "@vitrine/core";
import { expect, test } from "vitest";
import { Slider } from "../slider/slider.ts";
import { Row } from "./row.ts";

const idOf = (_block: Block) => toBlockId("b0");

test("what is constructed in its callback belongs to it, with or without options", () => {
  const rows: Row[] = [];
  new App(() => {
    rows.push(new Row(() => void new Slider()));
    rows.push(new Row({ scale: 2 }, () => (new Slider(), undefined)));
  });
  expect(rows.map((row) => row.children.length)).toEqual([1, 1]);
});

test("tells the page its variant, scale and heights", () => {
  expect(
    new Row({ variant: "panel", equalHeight: true, scale: 2, height: 300, maxHeight: "50vh" }).props(idOf),
  ).toEqual({
    variant: "panel",
    equalHeight: true,
    scale: 2,
    height: "300px",
    maxHeight: "50vh",
  });
});

test("refuses a height that is no length, when it is constructed", () => {
  expect(() => new Row({ height: "tall" })).toThrow(/height expected a number of pixels or a length/);
});
