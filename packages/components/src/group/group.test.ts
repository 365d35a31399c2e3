import { App } from "@vitrine/core";
import { expect, test } from "vitest";
import { Slider } from "../slider/slider.ts";
import { Group } from "./group.ts";

test("holds what is constructed in its callback", () => {
  let group = new Group({ render: false });
  new App(() => {
    group = new Group(() => void new Slider({ label: "inside" }));
  });
  expect(group.type).toBe("group");
  expect(group.children.map((child) => child.type)).toEqual(["slider"]);
});
