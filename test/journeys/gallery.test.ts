import { gallery, mount } from "../../demos/gallery/gallery.ts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { axeFindings, openBrowser, ready, type TestBrowser } from "../lib/browser.ts";
import { serve } from "../lib/serve.ts";

let browser: TestBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());
afterEach(() => expect(browser.faults).toEqual([]));

test.each(["light", "dark"] as const)(
  "axe finds nothing in the gallery in the %s theme, and it fits a phone",
  async (colorScheme) => {
    await using app = await serve(gallery, { mount });
    for (const width of [1280, 360]) {
      const page = await browser.visit(app.url, { colorScheme, viewport: { width, height: 800 } });
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  },
);

test("every card leads to a demo that runs at an address of its own", async () => {
  await using app = await serve(gallery, { mount });
  const page = await browser.visit(app.url);
  const cards = await page
    .locator("a.gallery-card")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  expect(cards).toEqual(Object.keys(mount).map((path) => `${path.slice(1)}/`));
  for (const href of cards) {
    await page.goto(new URL(href, app.url).href);
    await ready(page);
    expect(await page.title()).not.toBe("Vitrine demos");
  }
  await page.goto(new URL("hello-world", app.url).href);
  await ready(page);
  expect(page.url()).toMatch(/hello-world\/$/);
  await page.getByRole("textbox", { name: "name" }).fill("Ada");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.getByRole("textbox", { name: "output" }).inputValue()).toBe("Hello, Ada!");
});
