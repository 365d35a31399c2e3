import calculator from "../../demos/calculator/app.ts";
import calculatorLive from "../../demos/calculator-live/app.ts";
import helloBlocks from "../../demos/hello-blocks/app.ts";
import helloWorld from "../../demos/hello-world/app.ts";
import sentenceBuilder from "../../demos/sentence-builder/app.ts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { axeFindings, openBrowser, type TestBrowser } from "../lib/browser.ts";
import { serve } from "../lib/serve.ts";

let browser: TestBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());
afterEach(() => expect(browser.faults).toEqual([]));

test("hello-world by keyboard only: type, move the slider, submit, read, clear", async () => {
  await using app = await serve(helloWorld);
  const page = await browser.visit(app.url);
  await page.keyboard.press("Tab");
  while (
    !(await page.getByRole("textbox", { name: "name" }).evaluate((field) => field === document.activeElement))
  )
    await page.keyboard.press("Tab");
  await page.keyboard.type("Ada");
  while (
    !(await page
      .getByRole("slider", { name: "intensity" })
      .evaluate((field) => field === document.activeElement))
  )
    await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  while (
    !(await page
      .getByRole("button", { name: "Submit" })
      .evaluate((field) => field === document.activeElement))
  )
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const output = page.getByRole("textbox", { name: "output" });
  await expect.poll(() => output.inputValue()).toBe("Hello, Ada!!!");
  while (
    !(await page.getByRole("button", { name: "Clear" }).evaluate((field) => field === document.activeElement))
  )
    await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Space");
  await expect.poll(() => output.inputValue()).toBe("");
  expect(await page.getByRole("textbox", { name: "name" }).inputValue()).toBe("");
});

test("Enter in a one-line Textbox submits", async () => {
  await using app = await serve(helloWorld);
  const page = await browser.visit(app.url);
  await page.getByRole("textbox", { name: "name" }).fill("Grace");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.getByRole("textbox", { name: "output" }).inputValue()).toBe("Hello, Grace!");
});

test.each(["Control", "Meta"])("%s+Enter anywhere in the form presses Submit", async (key) => {
  await using app = await serve(helloWorld);
  const page = await browser.visit(app.url);
  await page.getByRole("textbox", { name: "name" }).fill("Mary");
  await page.getByRole("slider", { name: "intensity" }).focus();
  await page.keyboard.press(`${key}+Enter`);
  await expect.poll(() => page.getByRole("textbox", { name: "output" }).inputValue()).toBe("Hello, Mary!");
});

test("axe finds nothing right after the theme was switched", async () => {
  await using app = await serve(helloWorld);
  const page = await browser.visit(app.url, { colorScheme: "light" });
  await page.getByRole("radio", { name: "dark" }).check({ force: true });
  expect(await axeFindings(page)).toEqual([]);
});

test("the page can be read before its script has run", async () => {
  await using app = await serve(helloWorld);
  const html = await (await fetch(app.url)).text();
  expect(html).toContain("Submit");
  expect(html).toContain("intensity");
  expect(html).not.toMatch(/<[^>]+ style=/);
});

test("hello-blocks: a button between two fields", async () => {
  await using app = await serve(helloBlocks);
  const page = await browser.visit(app.url);
  await page.getByRole("textbox", { name: "Name" }).fill("Lin");
  await page.getByRole("button", { name: "Greet" }).click();
  await expect.poll(() => page.getByRole("textbox", { name: "Greeting" }).inputValue()).toBe("Hello, Lin!");
});

test("calculator: an example fills the fields; dividing by zero shows the author's words, and then all is well again", async () => {
  await using app = await serve(calculator);
  const page = await browser.visit(app.url);
  await page.getByRole("button", { name: /Use example 5/ }).click();
  await expect.poll(() => page.getByLabel("first").inputValue()).toBe("7");
  await expect.poll(() => page.getByRole("radio", { name: "divide" }).isChecked()).toBe(true);
  await page.getByRole("button", { name: "Submit" }).click();
  await page.getByRole("alert").getByText("Cannot divide by zero!").first().waitFor();
  await page.getByLabel("second").fill("2");
  await page.getByRole("button", { name: "Submit" }).click();
  await expect.poll(() => page.getByLabel("result").inputValue()).toBe("3.5");
  await expect.poll(() => page.getByText("Cannot divide by zero!").count()).toBe(0);
});

test("an empty number is refused beside the field", async () => {
  await using app = await serve(calculator);
  const page = await browser.visit(app.url);
  await page.getByLabel("second").fill("2");
  await page.getByRole("button", { name: "Submit" }).click();
  const field = page.locator("[data-type=number]", { has: page.getByLabel("first") });
  await field.getByRole("alert").waitFor();
  expect(await page.getByLabel("first").getAttribute("aria-invalid")).toBe("true");
});

test("calculator-live: the result follows every change", async () => {
  await using app = await serve(calculatorLive);
  const page = await browser.visit(app.url);
  await page.getByLabel("first").fill("8");
  await expect.poll(() => page.getByLabel("result").inputValue()).toBe("56");
  await page.getByRole("radio", { name: "subtract" }).check();
  await expect.poll(() => page.getByLabel("result").inputValue()).toBe("1");
  expect(await page.getByRole("button", { name: "Submit" }).count()).toBe(0);
});

test("sentence-builder: every control takes part, by keyboard where a mouse is usual", async () => {
  await using app = await serve(sentenceBuilder);
  const page = await browser.visit(app.url);
  await page.getByRole("checkbox", { name: "Japan" }).check();
  const animal = page.getByRole("combobox", { name: "animal" });
  await animal.focus();
  await page.keyboard.type("bi");
  await page.keyboard.press("Enter");
  await page.getByRole("radio", { name: "zoo" }).check();
  await page.getByRole("checkbox", { name: "morning" }).check();
  await page.getByRole("button", { name: "Submit" }).click();
  await expect
    .poll(() => page.getByLabel("sentence").inputValue())
    .toBe(
      "The 4 birds from Japan went happily to the zoo, where they swam and slept until the morning. That was 3 years ago.",
    );
});
