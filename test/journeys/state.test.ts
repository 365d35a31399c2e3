import interfaceState from "../../demos/interface-state/app.ts";
import scoreTracker from "../../demos/score-tracker/app.ts";
import twoStates from "../../demos/two-states/app.ts";
import { Blocks, Button, State, Textbox } from "vitrine";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openBrowser, ready, type TestBrowser } from "../lib/browser.ts";
import { serve } from "../lib/serve.ts";

let browser: TestBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());
afterEach(() => expect(browser.faults).toEqual([]));

/** What a JSON component shows, read as a visitor could. */
async function shownJson(page: Page): Promise<string> {
  return (await page.locator("[data-type=json]").innerText()).replace(/\s+/g, " ");
}

test("score-tracker: a variable of the module is shared by all browsers, and a reload keeps it", async () => {
  await using app = await serve(scoreTracker);
  const [one, two] = [await browser.visit(app.url), await browser.visit(app.url)];
  const submit = async (page: Page, score: number) => {
    await page.getByLabel("Score", { exact: true }).fill(String(score));
    await page.getByRole("button", { name: "Submit" }).click();
    await expect.poll(() => shownJson(page)).toContain(String(score));
  };
  await submit(one, 5);
  await submit(two, 9);
  await submit(one, 7);
  await two.getByLabel("Score", { exact: true }).fill("1");
  await two.getByRole("button", { name: "Submit" }).click();
  for (const score of [9, 7, 5]) await expect.poll(() => shownJson(two)).toContain(String(score));
  await one.reload();
  await ready(one);
  await one.getByLabel("Score", { exact: true }).fill("0");
  await one.getByRole("button", { name: "Submit" }).click();
  await expect.poll(() => shownJson(one)).toMatch(/9.*7.*5/);
});

test("interface-state: each tab has a history of its own, and a reload begins anew", async () => {
  await using app = await serve(interfaceState);
  const [tab, other] = [await browser.visit(app.url), await browser.visit(app.url)];
  const say = async (page: Page, message: string) => {
    await page.getByRole("textbox", { name: "message" }).fill(message);
    await page.getByRole("button", { name: "Submit" }).click();
    await expect.poll(() => shownJson(page)).toMatch(new RegExp(`Current messages"?:? ?"${message}"`));
  };
  await say(tab, "a");
  await say(tab, "b");
  await expect.poll(() => shownJson(tab)).toMatch(/Previous messages.*"a"/);
  await say(other, "c");
  expect(await shownJson(other)).not.toContain('"a"');
  await tab.reload();
  await ready(tab);
  await say(tab, "d");
  expect(await shownJson(tab)).not.toMatch(/"a"|"b"/);
});

test("two-states: listeners of a State's change run, and each browser has its own cart", async () => {
  await using app = await serve(twoStates);
  const [one, two] = [await browser.visit(app.url), await browser.visit(app.url)];
  for (const item of ["apple", "pear"]) {
    await one.getByRole("textbox", { name: "Item" }).fill(item);
    await one.getByRole("button", { name: "Add" }).click();
    await expect.poll(() => shownJson(one)).toContain(item);
  }
  await expect.poll(() => one.getByRole("textbox", { name: "Changes" }).inputValue()).toBe("changed 2 times");
  await two.getByRole("textbox", { name: "Item" }).fill("plum");
  await two.keyboard.press("Enter");
  await expect.poll(() => two.getByRole("textbox", { name: "Changes" }).inputValue()).toBe("changed 1 times");
  expect(await shownJson(two)).not.toContain("apple");
});

test('with sessions: "tab" a reload goes on: State, what was typed, and what was shown', async () => {
  const counting = new Blocks({ sessions: "tab" }, () => {
    const note = new Textbox({ label: "Note" });
    const count = new State(0);
    const shown = new Textbox({ label: "Count" });
    new Button({ value: "More" }).click((n) => [n + 1, String(n + 1)], count, [count, shown]);
    note.change(() => undefined, [], []);
  });
  await using app = await serve(counting);
  const page = await browser.visit(app.url);
  await page.getByRole("textbox", { name: "Note" }).fill("half a thought");
  for (const n of ["1", "2"]) {
    await page.getByRole("button", { name: "More" }).click();
    await expect.poll(() => page.getByRole("textbox", { name: "Count" }).inputValue()).toBe(n);
  }
  await page.reload();
  await ready(page);
  await expect.poll(() => page.getByRole("textbox", { name: "Count" }).inputValue()).toBe("2");
  expect(await page.getByRole("textbox", { name: "Note" }).inputValue()).toBe("half a thought");
  await page.getByRole("button", { name: "More" }).click();
  await expect.poll(() => page.getByRole("textbox", { name: "Count" }).inputValue()).toBe("3");
});
