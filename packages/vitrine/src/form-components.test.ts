import { expect, test } from "vitest";
import { Blocks, Button, ClearButton, Dropdown, State, Textbox, update } from "./index.ts";
import { openApp } from "./testing/index.ts";

test("Clear empties what is shown, and a State begins anew", async () => {
  await using app = await openApp(
    new Blocks(() => {
      const count = new State(5);
      const shown = new Textbox({ label: "Count" });
      new Button("More").click((n) => [n + 1, String(n + 1)], count, [count, shown]);
      new ClearButton([shown, count]);
    }),
  );
  const [page, other] = [await app.openPage(), await app.openPage()];
  for (const one of [page, other, page]) await one.click("More");
  expect([page.value("Count"), other.value("Count")]).toEqual(["7", "6"]);
  await page.click("Clear");
  expect(page.value("Count")).toBe("");
  await page.click("More");
  await other.click("More");
  expect([page.value("Count"), other.value("Count")]).toEqual(["6", "7"]);
});

test("after an update of the choices only the new ones are taken", async () => {
  await using app = await openApp(
    new Blocks(() => {
      const pick = new Dropdown({ label: "Pick", choices: ["a", "b"] });
      const shown = new Textbox({ label: "Shown" });
      new Button("Change").click(() => update({ choices: ["x", "y"], value: "y" }), [], pick);
      new Button("Read").click((value) => value, pick, shown);
    }),
  );
  const page = await app.openPage();
  await page.click("Change");
  await page.click("Read");
  expect([page.value("Pick"), page.value("Shown")]).toEqual(["y", "y"]);
  await page.set("Pick", "a");
  await page.click("Read");
  expect(page.error("Pick")).toContain('"Pick" expected one of "x", "y", got "a".');
});
