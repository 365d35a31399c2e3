import { afterAll, beforeAll, expect, test } from "vitest";
import { axeFindings, openBrowser, type TestBrowser } from "../lib/browser.ts";
import { serve, type ServedApp } from "../lib/serve.ts";
import { snippetApp } from "./snippet-app.ts";

let browser: TestBrowser;
let served: ServedApp;
beforeAll(async () => {
  [browser, served] = [await openBrowser(), await serve(snippetApp(), { mcp: true })];
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await browser[Symbol.asyncDispose]();
});

const view = "[data-part=api]";

async function openView(options: Parameters<TestBrowser["visit"]>[1] = {}) {
  const page = await browser.visit(`${served.url}?view=api`, options);
  await page.locator("[data-endpoint]").first().waitFor();
  return page;
}

test.each(["light", "dark"] as const)(
  "axe finds nothing in the view in the %s theme, in any language, at 1280 and at 390 pixels",
  async (colorScheme) => {
    for (const width of [1280, 390]) {
      const page = await openView({ colorScheme, viewport: { width, height: 900 } });
      for (const tab of await page.getByRole("tab").all()) {
        await tab.click();
        expect(await axeFindings(page)).toEqual([]);
      }
      const inner = await page.locator(view).evaluate((element) => element.scrollWidth - element.clientWidth);
      expect(inner).toBeLessThanOrEqual(0);
      await page.context().close();
    }
    expect(browser.faults).toEqual([]);
  },
);

test("the footer opens it, Escape closes it, and the address says which it is", async () => {
  const page = await browser.visit(served.url);
  await page.getByRole("link", { name: "Use via API" }).click();
  await page.getByRole("dialog", { name: "Use via API" }).waitFor();
  expect(new URL(page.url()).search).toBe("?view=api");
  await page.keyboard.press("Escape");
  await page.locator(view).waitFor({ state: "detached" });
  expect(new URL(page.url()).search).toBe("");
  // The page is the one it was.
  expect(await page.locator("[data-connection=open]").count()).toBe(1);
  await page.context().close();
});

test("every public endpoint is told: parameters, types, defaults, returns, description", async () => {
  const page = await openView();
  expect(await page.locator("[data-endpoint]").count()).toBe(9);
  const quote = page.locator("[data-endpoint=quote]");
  const text = (await quote.innerText()).replace(/\s+/g, " ");
  for (const part of ["Says it again.", "said", "n number default 2", "Times · slider", "Shown string"])
    expect(text).toContain(part);
  expect(await page.locator("[data-endpoint=count]").innerText()).toContain("streams");
  await page.context().close();
});

test("arrows go through the languages, and the snippets follow", async () => {
  const page = await openView();
  await page.getByRole("tab", { name: "TypeScript" }).focus();
  const seen: string[] = [];
  for (let n = 0; n < 5; n++) {
    const name = await page.locator("[role=tab][aria-selected=true]").innerText();
    const code = await page.locator("[data-endpoint=visit] pre").innerText();
    seen.push(
      `${name}: ${/vitrine\/client|@gradio\/client|gradio_client|curl|modelcontextprotocol/.exec(code)?.[0]}`,
    );
    await page.keyboard.press("ArrowRight");
  }
  expect(seen).toEqual([
    "TypeScript: vitrine/client",
    "@gradio/client: @gradio/client",
    "Python: gradio_client",
    "curl: curl",
    "MCP: modelcontextprotocol",
  ]);
  expect(await page.getByRole("tab", { name: "TypeScript" }).getAttribute("aria-selected")).toBe("true");
  await page.context().close();
});

test("a snippet, and the whole page as Markdown, are copied", async () => {
  const page = await openView({ permissions: ["clipboard-read", "clipboard-write"] });
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole("button", { name: "Copy: Snippet for weigh" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  expect(await clipboard()).toContain('app.call.weigh({ bytes: localFile("picture.png") })');
  await page.getByRole("button", { name: "Copy page as Markdown" }).click();
  await expect.poll(clipboard).toContain("# It's a workshop: API");
  expect(await clipboard()).toBe(await (await fetch(`${served.url}api.md`)).text());
  await page.context().close();
});

test("the recorder turns one's own clicks into a script, with the values used, in any language", async () => {
  const page = await openView();
  await page.getByRole("button", { name: "Record" }).click();
  await page.locator(view).waitFor({ state: "detached" });
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel("Text").fill("recorded");
  await page.getByRole("button", { name: "Go" }).click();
  await page.getByText("Recording: 9 calls").waitFor();
  // It is open already, behind the recording.
  await page.getByRole("link", { name: "Use via API" }).click();
  await page.getByRole("button", { name: "Stop" }).click();
  const script = page.locator('pre[aria-label="Your recording"]');
  await script.waitFor();
  expect(await script.innerText()).toContain(
    'const result1 = await app.call.quote({ said: "recorded", n: 2 });',
  );
  await page.getByRole("tab", { name: "curl" }).click();
  expect(await script.innerText()).toContain(`-d '{ "said": "recorded", "n": 2 }'`);
  await page.getByRole("button", { name: "Record anew" }).click();
  await page.getByText("Recording: 0 calls").waitFor();
  await page.context().close();
  expect(browser.faults).toEqual([]);
});

test("where MCP is off there is no tab for it", async () => {
  await using plain = await serve(snippetApp());
  const page = await browser.visit(`${plain.url}?view=api`);
  await page.locator("[data-endpoint]").first().waitFor();
  expect(await page.getByRole("tab").allInnerTexts()).toEqual([
    "TypeScript",
    "@gradio/client",
    "Python",
    "curl",
  ]);
});
