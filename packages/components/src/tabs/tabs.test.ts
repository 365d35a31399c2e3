import { App, toBlockId } from "@vitrine/core";
import { describe, expect, test } from "vitest";
import { Slider } from "../slider/slider.ts";
import { Tab } from "../tab/tab.ts";
import { Tabs } from "./tabs.ts";

const idOf = () => toBlockId("b0");

describe("Tabs", () => {
  test("holds its tabs in order and tells the page which is selected", () => {
    let tabs = new Tabs({ render: false });
    new App(() => {
      tabs = new Tabs({ selected: "b" }, () => {
        new Tab({ label: "A", id: "a" }, () => void new Slider());
        new Tab({ label: "B", id: "b" });
      });
    });
    expect(tabs.children.map((tab) => tab.props(idOf)["label"])).toEqual(["A", "B"]);
    expect(tabs.props(idOf)).toEqual({ selected: "b" });
    expect(new Tabs({ render: false }).props(idOf)).toEqual({});
  });

  test("refuses anything but a Tab directly inside", () => {
    expect(() => new Tabs(() => void new Slider())).toThrow(
      "Tabs expected only Tab directly inside, got Slider.",
    );
  });

  test("refuses two tabs of one id", () => {
    const build = () => {
      new Tab({ label: "A", id: 1 });
      new Tab({ label: "B", id: 1 });
    };
    expect(() => new Tabs(build)).toThrow(/different id for each tab, got 1 twice/);
  });

  test("an update of the selection keeps the rest of its options", () => {
    expect(new Tabs({ selected: "a", elemId: "main" }).withOptions({ selected: "b" }).props(idOf)).toEqual({
      selected: "b",
      elemId: "main",
    });
  });
});
