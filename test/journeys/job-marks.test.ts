import { once } from "node:events";
import { Blocks, Button, Textbox } from "vitrine";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openBrowser, type TestBrowser } from "../lib/browser.ts";
import { serve } from "../lib/serve.ts";

let browser: TestBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());
afterEach(() => expect(browser.faults).toEqual([]));

const tall = "a line\n".repeat(12);

test("an output that shrinks while it is written moves nothing below it until it is whole", async () => {
  const turn = new EventTarget();
  const app = new Blocks(() => {
    const run = new Button("Run");
    const output = new Textbox({ label: "Out", value: tall });
    new Textbox({ label: "Below" });
    run.click(
      async function* () {
        yield "short";
        await once(turn, "go on");
        yield "short, and whole";
      },
      [],
      output,
    );
  });
  await using served = await serve(app);
  const page = await browser.visit(served.url);
  const below = page.getByRole("textbox", { name: "Below" });
  const topOf = async () => (await below.boundingBox())?.y ?? 0;
  const before = await topOf();
  await page.getByRole("button", { name: "Run" }).click();
  const output = page.getByRole("textbox", { name: "Out" });
  await expect.poll(() => output.inputValue()).toBe("short");
  expect(await topOf()).toBeGreaterThanOrEqual(before);
  turn.dispatchEvent(new Event("go on"));
  await expect.poll(() => output.inputValue()).toBe("short, and whole");
  await expect.poll(topOf).toBeLessThan(before);
});

test("a job without outputs shows that it runs at the button that started it, where it can be cancelled", async () => {
  const app = new Blocks(() => {
    new Button("Work").click(
      async ({ signal }) => {
        await once(signal, "abort");
      },
      [],
      [],
    );
  });
  await using served = await serve(app);
  const page = await browser.visit(served.url);
  await page.getByRole("button", { name: "Work" }).click();
  const block = page.locator("[data-type=button]");
  await block.getByRole("progressbar").waitFor({ state: "attached" });
  await block.getByRole("button", { name: "Cancel" }).click();
  await block.getByText("Cancelled").first().waitFor();
  expect(await page.getByRole("progressbar").count()).toBe(0);
});
