import chatEcho from "../../demos/chat-echo/app.ts";
import countGenerator from "../../demos/count-generator/app.ts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openBrowser, type TestBrowser } from "../lib/browser.ts";
import { openProxy } from "../lib/cuttable-proxy.ts";
import { serve } from "../lib/serve.ts";

let browser: TestBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());
afterEach(() => {
  // A cut line is reported by the browser itself.
  expect(browser.faults.filter((fault) => !/net::ERR_|WebSocket connection/.test(fault))).toEqual([]);
});

test("count-generator: values come one after another, Stop takes Submit's place and stops", async () => {
  await using app = await serve(countGenerator);
  const page = await browser.visit(app.url);
  const [submit, stop] = [
    page.getByRole("button", { name: "Submit" }),
    page.getByRole("button", { name: "Stop" }),
  ];
  expect(await stop.count()).toBe(0);
  await submit.click();
  await stop.waitFor();
  expect(await submit.count()).toBe(0);
  const count = page.getByLabel("count", { exact: true });
  // Not exactly three: a busy machine looks too late for that.
  await expect.poll(async () => Number(await count.inputValue())).toBeGreaterThanOrEqual(3);
  await stop.click();
  await submit.waitFor();
  const stoppedAt = await count.inputValue();
  await page.waitForTimeout(700);
  expect(await count.inputValue()).toBe(stoppedAt);
});

test("a line cut in the middle of a stream: the job goes on, and the page has everything once it is back", async () => {
  await using app = await serve(countGenerator);
  await using proxy = await openProxy(app.url);
  const page = await browser.visit(proxy.url);
  await page.getByRole("spinbutton", { name: /seconds between/ }).fill("0.1");
  await page.getByRole("button", { name: "Submit" }).click();
  const count = page.getByLabel("count", { exact: true });
  // Not exactly three: a busy machine looks too late for that.
  await expect.poll(async () => Number(await count.inputValue())).toBeGreaterThanOrEqual(3);
  proxy.cut();
  await page.getByText(/Reconnecting/).waitFor();
  const away = await count.inputValue();
  await page.waitForTimeout(300);
  expect(await count.inputValue()).toBe(away);
  expect(await page.getByRole("spinbutton", { name: /seconds between/ }).isEnabled()).toBe(true);
  proxy.mend();
  await expect.poll(() => count.inputValue(), { timeout: 45_000 }).toBe("20");
  await page.getByText(/Reconnecting/).waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Submit" }).waitFor();
});

test("chat-echo: an example streams word by word, then retry, undo and clear", async () => {
  await using app = await serve(chatEcho);
  const page = await browser.visit(app.url);
  await page.getByRole("button", { name: "What is a vitrine?" }).click();
  const messages = page.locator("[data-type=chatbot] ol").getByRole("listitem");
  await expect.poll(() => messages.count()).toBe(2);
  await expect.poll(() => messages.last().innerText()).toContain("message number 1 of this session.");
  expect(await messages.last().locator("strong").innerText()).toBe("What is a vitrine?");

  const answered = () => page.getByRole("button", { name: "Stop" }).waitFor({ state: "hidden" });
  const box = page.getByRole("textbox", { name: "Message" });
  await answered();
  await box.fill("Second");
  await page.keyboard.press("Enter");
  await expect.poll(() => messages.count()).toBe(4);
  await expect.poll(() => messages.last().innerText()).toContain("message number 2 of this session.");
  expect(await box.inputValue()).toBe("");

  await answered();
  await page.getByRole("button", { name: "Retry" }).last().click();
  await page.getByRole("button", { name: "Stop" }).waitFor();
  await answered();
  expect(await messages.last().innerText()).toContain("message number 2 of this session.");
  await page.getByRole("button", { name: "Undo" }).last().click();
  await expect.poll(() => messages.count()).toBe(2);
  await expect.poll(() => box.inputValue()).toBe("Second");
  await page.getByRole("button", { name: "Clear" }).click();
  await expect.poll(() => messages.count()).toBe(0);
});

test("a chat that is stopped keeps the answer as far as it came, and goes on from there", async () => {
  await using app = await serve(chatEcho);
  const page = await browser.visit(app.url);
  const box = page.getByRole("textbox", { name: "Message" });
  await box.fill(Array.from({ length: 60 }, (_, n) => `word${n}`).join(" "));
  await page.keyboard.press("Enter");
  const messages = page.locator("[data-type=chatbot] ol").getByRole("listitem");
  await expect.poll(() => messages.last().innerText()).toContain("word3");
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Stop" }).waitFor({ state: "hidden" });
  const answer = await messages.last().innerText();
  expect(answer).not.toContain("word59");
  await box.fill("Again");
  await page.keyboard.press("Enter");
  await expect.poll(() => messages.last().innerText()).toContain("message number 2 of this session.");
});

test("two visitors of a chat never see each other's messages", async () => {
  await using app = await serve(chatEcho);
  const [one, two] = [await browser.visit(app.url), await browser.visit(app.url)];
  await one.getByRole("textbox", { name: "Message" }).fill("private words");
  await one.keyboard.press("Enter");
  await two.getByRole("textbox", { name: "Message" }).fill("other words");
  await two.keyboard.press("Enter");
  for (const page of [one, two]) {
    await expect
      .poll(() => page.locator("[data-type=chatbot]").innerText())
      .toContain("message number 1 of this session.");
  }
  expect(await two.locator("[data-type=chatbot]").innerText()).not.toContain("private");
});
