import { sections } from "../../demos/gallery/demos.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeFindings, openBrowser, type TestBrowser } from "../lib/browser.ts";
import { serve } from "../lib/serve.ts";

let browser: TestBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());

const demos = sections.flatMap((section) => section.demos);

describe.each(demos)("$name", ({ app }) => {
  test.each(["light", "dark"] as const)(
    "axe finds nothing in the %s theme, at 1280 and at 390 pixels",
    async (colorScheme) => {
      await using served = await serve(app);
      for (const width of [1280, 390]) {
        const page = await browser.visit(served.url, { colorScheme, viewport: { width, height: 900 } });
        expect(await axeFindings(page)).toEqual([]);
        await page.context().close();
      }
      expect(browser.faults).toEqual([]);
    },
  );

  test("nothing is wider than a phone of 360 pixels", async () => {
    await using served = await serve(app);
    const page = await browser.visit(served.url, { viewport: { width: 360, height: 740 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.context().close();
  });
});
