import { expect, test } from "vitest";
import { openViews } from "../testing/open-views.ts";
import { Dropdown } from "./dropdown.ts";

const cities = ["Genève", "Graz", "Linz", "Łódź", "Zürich"];

/** A Dropdown as its definition would have it drawn. */
function drawn(options: ConstructorParameters<typeof Dropdown>[0], payload: string | null | string[]) {
  const dropdown = new Dropdown({ label: "City", ...options });
  return { type: "dropdown", props: dropdown.props(() => "b0" as never), payload };
}

test("typing without accents filters, the first match is highlighted, Enter takes it", async () => {
  await using views = await openViews([drawn({ choices: cities }, "Graz")]);
  const { page } = views;
  await page.keyboard.press("Tab");
  const input = page.getByRole("combobox", { name: "City" });
  expect(await input.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await input.getAttribute("aria-expanded")).toBe("false");
  await page.keyboard.type("zur");
  expect(await page.getByRole("option").allTextContents()).toEqual(["Zürich"]);
  const active = await input.getAttribute("aria-activedescendant");
  expect(await page.locator(`[id="${active}"]`).textContent()).toBe("Zürich");
  expect(await page.getByRole("status").textContent()).toBe("1 choice");
  await page.keyboard.press("Enter");
  expect(await views.payload()).toBe("Zürich");
  expect(await input.inputValue()).toBe("Zürich");
  expect(await page.getByRole("listbox").count()).toBe(0);
  expect(await views.emitted("select")).toEqual([{ index: 4, value: "Zürich", selected: true }]);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("lodz");
  await page.keyboard.press("Enter");
  expect(await views.payload()).toBe("Łódź");
  expect(views.complaints).toEqual([]);
});

test("arrows open and move around, Home and End go to the ends, Escape leaves what was chosen", async () => {
  await using views = await openViews([drawn({ choices: cities }, "Graz")]);
  const { page } = views;
  await page.keyboard.press("Tab");
  const active = async () =>
    page
      .locator(`[id="${await page.getByRole("combobox").getAttribute("aria-activedescendant")}"]`)
      .textContent();
  await page.keyboard.press("ArrowDown");
  expect(await active()).toBe("Graz");
  const seen: (string | null)[] = [];
  for (const key of ["ArrowDown", "End", "ArrowDown", "ArrowUp", "Home", "PageDown", "PageUp"]) {
    await page.keyboard.press(key);
    seen.push(await active());
  }
  expect(seen).toEqual(["Linz", "Zürich", "Genève", "Zürich", "Genève", "Zürich", "Genève"]);
  await page.keyboard.press("Escape");
  expect(await page.getByRole("listbox").count()).toBe(0);
  expect(await views.payload()).toBe("Graz");
});

test("an unfinished search is forgotten when the focus leaves, a custom value is kept", async () => {
  await using views = await openViews([
    drawn({ choices: cities }, "Graz"),
    drawn({ choices: cities, allowCustomValue: true }, null),
  ]);
  const { page } = views;
  await page.keyboard.press("Tab");
  await page.keyboard.type("xyz");
  expect(await page.getByText("Nothing matches.").isVisible()).toBe(true);
  await page.keyboard.press("Tab");
  expect(await page.getByRole("combobox").first().inputValue()).toBe("Graz");
  await page.keyboard.type("Bern");
  await page.keyboard.press("Tab");
  expect([await views.payload(0), await views.payload(1)]).toEqual(["Graz", "Bern"]);
});

test("several choices become chips; Backspace removes the last, a chip's button its own, no more than maxChoices go in", async () => {
  await using views = await openViews([drawn({ choices: cities, multiselect: true, maxChoices: 2 }, [])]);
  const { page } = views;
  await page.keyboard.press("Tab");
  for (const text of ["linz", "graz", "zur"]) {
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  }
  expect(await views.payload()).toEqual(["Linz", "Graz"]);
  expect(await page.getByRole("status").textContent()).toBe("2 chosen, which is all that may be.");
  expect(await page.getByRole("option", { name: "Zürich" }).getAttribute("aria-disabled")).toBe("true");
  await page.keyboard.press("Backspace");
  expect(await views.payload()).toEqual(["Linz"]);
  await page.getByRole("button", { name: "Remove Linz" }).click();
  expect(await views.payload()).toEqual([]);
  expect(await page.getByRole("combobox").evaluate((element) => element === document.activeElement)).toBe(
    true,
  );
});

test("five thousand choices keep few options in the page, and the last is one key away", async () => {
  const choices = Array.from({ length: 5000 }, (_, index) => `Item ${index}`);
  await using views = await openViews([drawn({ choices }, "Item 0")]);
  const { page } = views;
  await page.getByRole("combobox").click();
  const options = page.getByRole("option");
  expect(await options.count()).toBeLessThan(40);
  expect(await options.first().getAttribute("aria-setsize")).toBe("5000");
  await page.keyboard.press("End");
  const last = page.getByRole("option", { name: "Item 4999" });
  await last.waitFor();
  expect(await last.getAttribute("aria-posinset")).toBe("5000");
  expect(await options.count()).toBeLessThan(40);
  await page.keyboard.press("Enter");
  expect(await views.payload()).toBe("Item 4999");
});

test("the list opens on a click, where there is room, and an option is chosen by the mouse", async () => {
  const fillers = Array.from({ length: 12 }, () => ({
    type: "textbox",
    payload: "",
    props: { label: "Filler" },
  }));
  await using views = await openViews([...fillers, drawn({ choices: cities }, "Graz")]);
  const { page } = views;
  const input = page.getByRole("combobox");
  await input.scrollIntoViewIfNeeded();
  await input.click();
  const [box, list] = [await input.boundingBox(), await page.locator("[data-part=options]").boundingBox()];
  expect((list?.y ?? 0) + (list?.height ?? 0)).toBeLessThanOrEqual(box?.y ?? 0);
  await page.getByRole("option", { name: "Linz" }).click();
  expect(await views.payload(12)).toBe("Linz");
  expect(await page.getByRole("listbox").count()).toBe(0);
});

test("what is not searched and single is the browser's own select", async () => {
  await using views = await openViews([drawn({ choices: cities, filterable: false, required: false }, null)]);
  const select = views.page.locator("select");
  await select.selectOption({ label: "Linz" });
  expect(await views.payload()).toBe("Linz");
  await select.selectOption({ index: 0 });
  expect(await views.payload()).toBeNull();
});

test.each(["light", "dark"] as const)(
  "axe finds nothing in the %s theme, closed and open, single and with chips",
  async (colorScheme) => {
    await using views = await openViews(
      [
        {
          ...drawn({ choices: cities, multiselect: true, info: "Any of these" }, ["Linz", "Graz"]),
          error: "Wrong",
        },
        drawn({ choices: cities }, "Graz"),
        { ...drawn({ choices: cities, multiselect: true }, ["Linz"]), interactive: false },
        { ...drawn({ choices: cities }, "Linz"), interactive: false },
        drawn({ choices: cities, filterable: false }, "Graz"),
      ],
      { colorScheme },
    );
    expect(await views.axe()).toEqual([]);
    for (const index of [0, 1]) {
      await views.page.getByRole("combobox").nth(index).click();
      await views.page.keyboard.press("ArrowDown");
      expect(await views.axe()).toEqual([]);
      await views.page.keyboard.press("Escape");
    }
    expect(views.complaints).toEqual([]);
  },
);
