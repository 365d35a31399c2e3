import { App, toBlockId } from "@vitrine/core";
import { describe, expect, test } from "vitest";
import { Slider } from "../slider/slider.ts";
import { Tabs } from "../tabs/tabs.ts";
import { Tab } from "./tab.ts";

const idOf = () => toBlockId("b0");

describe("Tab", () => {
  test("outside Tabs is refused before its contents are constructed", () => {
    let isBuilt = false;
    const build = () =>
      new App(() => {
        new Tab({ label: "Lost" }, () => {
          isBuilt = true;
        });
      });
    expect(build).toThrow('Tab "Lost" expected to stand directly inside Tabs.');
    expect(isBuilt).toBe(false);
  });

  test("without contents is refused outside Tabs too, also when it is placed later", () => {
    expect(() => new App(() => void new Tab({ label: "Lost" }))).toThrow(/directly inside Tabs/);
    const later = new Tab({ label: "Later", render: false });
    expect(() => new App(() => void later.render())).toThrow(/directly inside Tabs/);
  });

  test("can be built first and placed inside Tabs later", () => {
    const later = new Tab({ label: "Later", render: false }, () => void new Slider());
    const tabs = new Tabs(() => void later.render());
    expect(tabs.children).toEqual([later]);
    expect(later.children).toHaveLength(1);
  });

  test("tells the page its label, id and whether it can be selected", () => {
    expect(new Tab({ label: "A", id: 3, interactive: false, render: false }).props(idOf)).toEqual({
      label: "A",
      id: 3,
      interactive: false,
      renderChildren: false,
    });
  });

  test("being selected starts listeners", () => {
    const app = new App(() => {
      new Tabs(() => void new Tab({ label: "A" }).select(() => undefined));
    });
    expect(app.listeners.map((listener) => listener.triggers[0]?.event)).toEqual(["select"]);
  });
});
