import { describe, expect, test } from "vitest";
import { Blocks, Button, State, Textbox } from "../index.ts";
import { openApp } from "./index.ts";

const counter = (sessions: "page" | "tab") =>
  new Blocks({ sessions }, () => {
    const count = new State(0);
    const shown = new Textbox({ label: "Count" });
    new Textbox({ label: "Note", elemId: "note" });
    new Button({ value: "More" }).click((n) => [n + 1, String(n + 1)], count, [count, shown]);
  });

describe("the driver", () => {
  test("drives several sessions of one app at once", async () => {
    await using app = await openApp(counter("page"));
    const [one, two] = [await app.openPage(), await app.openPage()];
    await one.click("More");
    await Promise.all([one.click("More"), two.click("More")]);
    expect([one.value("Count"), two.value("Count")]).toEqual(["2", "1"]);
  });

  test("a reload begins anew, or with sessions: tab goes on", async () => {
    for (const [sessions, expected] of [
      ["page", "1"],
      ["tab", "2"],
    ] as const) {
      await using app = await openApp(counter(sessions));
      const page = await app.openPage();
      await page.set("note", "typed");
      await page.click("More");
      await page.reload();
      expect(page.value("note")).toBe(sessions === "tab" ? "typed" : "");
      await page.click("More");
      expect(page.value("Count")).toBe(expected);
    }
  });

  test("a cut line heals by itself: what happened meanwhile arrives once", async () => {
    await using app = await openApp(
      new Blocks(() => {
        const shown = new Textbox({ label: "Shown" });
        new Button({ value: "Go" }).click(
          async function* () {
            for (let n = 1; n <= 5; n++) {
              yield String(n);
              await new Promise((resolve) => setTimeout(resolve, 50));
            }
          },
          null,
          shown,
        );
      }),
    );
    const page = await app.openPage();
    page.start("Go");
    await page.waitUntil(() => page.value("Shown") === "1");
    page.drop();
    await page.settled();
    expect(page.value("Shown")).toBe("5");
  });

  test("a name that is not on the page is answered with those that are", async () => {
    await using app = await openApp(counter("page"));
    const page = await app.openPage();
    expect(() => page.value("Nothing")).toThrow(/no block "Nothing"; it has "Count", "Note", "More"/);
  });
});
