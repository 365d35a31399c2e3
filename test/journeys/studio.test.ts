import { readFile, writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parametersKey, readTexts, writeTexts } from "../../demos/diffusion/images/metadata.ts";
import { createStudioPage } from "../../demos/diffusion/studio-page.ts";
import { embeddedModel, openStudio, type Studio } from "../../demos/diffusion/studio.ts";
import { axeFindings, openBrowser, ready, type TestBrowser } from "../lib/browser.ts";
import { serve, type ServedApp } from "../lib/serve.ts";
import { howItWasMade, numberField, pictures, press, setNumber, status } from "../lib/studio.ts";

/** What a page shows at one time: the line about the job, and the address of the picture that is large. */
interface Moment {
  readonly status: string;
  readonly picture: string;
}

describe("the studio", () => {
  let browser: TestBrowser;
  let studio: Studio;
  let app: ServedApp;
  let folder: string;
  beforeAll(async () => {
    browser = await openBrowser();
    studio = await openStudio({ model: embeddedModel });
    app = await serve(createStudioPage(studio));
    folder = await mkdtemp(join(tmpdir(), "studio-journey-"));
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await studio.close();
    await browser[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(() => expect(browser.faults).toEqual([]));

  const picture = (page: Page) => page.locator(".studio-picture img");

  async function ask(
    page: Page,
    prompt: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await page.getByLabel("Prompt", { exact: true }).fill(prompt);
    for (const [label, value] of Object.entries(settings)) {
      const field = numberField(page, label);
      await field.fill(value);
      await field.blur();
    }
    await page.getByRole("button", { name: /^Generate/ }).click();
  }

  async function addressOf(image: Locator): Promise<string> {
    return new URL((await image.getAttribute("src")) ?? "", app.url).href;
  }

  /** What is shown while a picture is made: every look the page has, however short. */
  async function watchDrawing(page: Page): Promise<() => Promise<readonly Moment[]>> {
    await page.evaluate(() => {
      const moments: Moment[] = [];
      Object.assign(globalThis, { moments });
      const look = () => {
        const status = document.querySelector(".studio-status")?.textContent ?? "";
        const picture = document.querySelector<HTMLImageElement>(".studio-picture img")?.src ?? "";
        const last = moments.at(-1);
        if (status !== last?.status || picture !== last.picture) moments.push({ status, picture });
      };
      new MutationObserver(look).observe(document.body, {
        subtree: true,
        childList: true,
        attributes: true,
        characterData: true,
      });
    });
    return () => page.evaluate(() => (globalThis as unknown as { moments: readonly Moment[] }).moments);
  }

  test("a picture from words: previews and the time left while it is made, then the picture, its seed and how it was made", async () => {
    const page = await browser.visit(app.url);
    const seen = await watchDrawing(page);
    await ask(page, "a red house by the sea", { Steps: "30", Seed: "11" });
    await status(page)
      .getByText(/Step \d+ of 30/)
      .waitFor();
    await status(page).getByText("1 picture", { exact: true }).waitFor();
    const drawing = (await seen()).filter((moment) => /Step \d+ of 30/.test(moment.status));
    expect(drawing.map((moment) => moment.status)).toContainEqual(
      expect.stringMatching(/^\d+ % · Step \d+ of 30 · \d+ (s|min) left$/),
    );
    const finished = await addressOf(picture(page));
    // The picture may be there before the line says so.
    const previews = drawing.map((moment) => moment.picture).filter((it) => it !== "" && it !== finished);
    expect(new Set(previews).size).toBeGreaterThan(1);
    expect(await pictures(page).count()).toBe(1);
    expect(await page.getByRole("textbox", { name: "How it was made" }).inputValue()).toMatch(
      /a red house by the sea\nSteps: 30, .*Seed: 11/,
    );
    const file = await page.request.get(finished);
    expect((await readTexts(await file.body())).get(parametersKey)).toContain("Seed: 11");
    expect(await axeFindings(page)).toEqual([]);
  });

  test("by the keyboard: Ctrl+Enter draws; tools swap the sides and bring the seed back; tokens are counted", async () => {
    const page = await browser.visit(app.url);
    await page.getByText("0/75 tokens").first().waitFor();
    await setNumber(page, "Steps", 4);
    await setNumber(page, "Width", 192);
    await page.getByLabel("Prompt", { exact: true }).focus();
    await page.keyboard.type("a tower");
    await page.getByText("2/75 tokens").waitFor();
    await page.keyboard.press("Control+Enter");
    await status(page).getByText("1 picture", { exact: true }).waitFor();
    const [, seed = ""] = /Seed: (\d+)/.exec(await howItWasMade(page)) ?? [];
    await page.getByRole("button", { name: "Reuse seed" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => numberField(page, "Seed").inputValue()).toBe(seed);
    await page.getByRole("button", { name: "Random seed" }).focus();
    await page.keyboard.press("Space");
    await expect.poll(() => numberField(page, "Seed").inputValue()).toBe("-1");
    const height = await numberField(page, "Height").inputValue();
    await press(page, "Swap sides");
    await expect.poll(() => numberField(page, "Height").inputValue()).toBe("192");
    expect(await numberField(page, "Width").inputValue()).toBe(height);
  });

  test("an empty prompt is refused in words with a code, and nothing waits", async () => {
    const page = await browser.visit(app.url);
    await page.getByRole("button", { name: /^Generate/ }).click();
    await page
      .getByText(/The prompt is empty\..*\(REQUEST_INVALID\)/)
      .first()
      .waitFor();
    await status(page).getByText("Ready").waitFor();
  });

  test("interrupt keeps what is there; skip and stop say what they do; the buttons go away", async () => {
    const page = await browser.visit(app.url);
    await ask(page, "mountains", { Steps: "150", Batches: "3" });
    await status(page)
      .getByText(/Step \d+ of 150/)
      .waitFor();
    await press(page, "Skip");
    await status(page)
      .getByText(/Batch 2 of 3/)
      .waitFor();
    await press(page, "Interrupt");
    await page.getByText("Stopping now; what is there is kept.").waitFor();
    await status(page).getByText("2 pictures", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "Interrupt" }).count()).toBe(0);
    expect(await page.getByRole("textbox", { name: "How it was made" }).inputValue()).toContain("mountains");
  });

  test("two users at once: each sees and stops only their own", async () => {
    const ann = await browser.visit(app.url);
    const bob = await browser.visit(app.url);
    await ask(ann, "a boat at night", { Steps: "120" });
    await status(ann)
      .getByText(/Step \d+/)
      .waitFor();
    await ask(bob, "a balloon in the desert", { Steps: "20" });
    await status(bob)
      .getByText(/Waiting · one job before yours/)
      .waitFor();
    expect(await bob.getByRole("button", { name: "Interrupt" }).count()).toBe(0);
    expect(await bob.content()).not.toContain("a boat at night");
    await press(ann, "Interrupt");
    await status(bob).getByText("1 picture", { exact: true }).waitFor();
    expect(await bob.getByRole("textbox", { name: "How it was made" }).inputValue()).toContain(
      "a balloon in the desert",
    );
    expect(await ann.getByRole("textbox", { name: "How it was made" }).inputValue()).toContain(
      "a boat at night",
    );
    expect([await pictures(ann).count(), await pictures(bob).count()]).toEqual([1, 1]);
    expect(await bob.content()).not.toContain(await picture(ann).getAttribute("src"));
  });

  test("one's own waiting jobs are listed, put in another order and taken out", async () => {
    const page = await browser.visit(app.url);
    await ask(page, "first", { Steps: "150" });
    await ask(page, "second", { Steps: "1" });
    await ask(page, "third", { Steps: "1" });
    const waiting = page.getByRole("radiogroup", { name: "Waiting" }).getByRole("radio");
    await expect.poll(() => waiting.count()).toBe(2);
    await page.getByRole("radio", { name: /^third/ }).check();
    await press(page, "Sooner");
    await expect
      .poll(() => waiting.first().evaluate((radio) => radio.closest("label")?.textContent))
      .toMatch(/^third/);
    await page.getByRole("radio", { name: /^second/ }).check();
    await press(page, "Take out");
    await expect.poll(() => waiting.count()).toBe(1);
    await press(page, "Interrupt");
    await status(page).getByText("2 pictures", { exact: true }).waitFor();
    expect(await page.getByRole("textbox", { name: "How it was made" }).inputValue()).toMatch(/^third/);
  });

  test("a reload in mid-job brings job, preview, inputs and result back", async () => {
    const page = await browser.visit(app.url);
    await ask(page, "a lighthouse in snow", { Steps: "150" });
    await status(page)
      .getByText(/Step \d+ of 150/)
      .waitFor();
    await page.reload();
    await ready(page);
    await status(page)
      .getByText(/Step \d+ of 150/)
      .waitFor();
    await picture(page).waitFor();
    expect(await page.getByLabel("Prompt", { exact: true }).inputValue()).toBe("a lighthouse in snow");
    await press(page, "Interrupt");
    await status(page).getByText("1 picture", { exact: true }).waitFor();
    expect(await page.getByRole("textbox", { name: "How it was made" }).inputValue()).toContain(
      "a lighthouse in snow",
    );
  });

  test("a script that is left out takes no part, and has no section", async () => {
    const page = await browser.visit(app.url);
    await page.getByRole("tab", { name: "Extras" }).click();
    await section(page, "Upscale · on").waitFor();
    await section(page, "Order, choice and format").click();
    await page
      .getByRole("group", { name: "Scripts that take part" })
      .getByRole("checkbox", { name: "Upscale" })
      .uncheck();
    await expect.poll(() => section(page, "Upscale · on").count()).toBe(0);
    await page.getByRole("button", { name: /^Process(?! this)/ }).click();
    await page
      .getByText(/There is no picture to work on\..*\(IMAGE_MISSING\)/)
      .first()
      .waitFor();
  });

  test("PNG Info reads a picture and gives every field back to txt2img, which sends its picture to Extras", async () => {
    const page = await browser.visit(app.url);
    await page.getByRole("tab", { name: "PNG Info" }).click();
    const text =
      "a green tree\nNegative prompt: night\nSteps: 9, Sampler: Euler a, Schedule type: Karras, CFG scale: 4.5, Seed: 77, Size: 128x64, Model: postcard, RNG: CPU";
    const path = join(folder, "info.png");
    await writeFile(
      path,
      writeTexts(await readFile(await drawFile(folder, "green")), new Map([[parametersKey, text]])),
    );
    await page.locator(".vt-tabs-panel:not([hidden]) input[type=file]").setInputFiles(path);
    await expect.poll(() => page.getByRole("textbox", { name: "Parameters" }).inputValue()).toBe(text);
    await press(page, "Send to txt2img");
    await page.getByRole("tab", { name: "txt2img", selected: true }).waitFor();
    await expect.poll(() => page.getByLabel("Prompt", { exact: true }).inputValue()).toBe("a green tree");
    expect(await page.getByLabel("Negative prompt").inputValue()).toBe("night");
    const numbers = { Steps: "9", Width: "128", Height: "64", "CFG scale": "4.5", Seed: "77" };
    for (const [label, value] of Object.entries(numbers))
      expect(await numberField(page, label).inputValue(), label).toBe(value);
    await page.getByRole("button", { name: /^Generate/ }).click();
    await status(page).getByText("1 picture", { exact: true }).waitFor();
    expect(await page.getByRole("textbox", { name: "How it was made" }).inputValue()).toContain(
      "Steps: 9, Sampler: Euler a, Schedule type: Karras, CFG scale: 4.5, Seed: 77, Size: 128x64, Model: postcard, RNG: CPU",
    );
    await press(page, "Send to Extras");
    await page.getByRole("tab", { name: "Extras", selected: true }).waitFor();
    await page.locator(".studio-source img").waitFor();
  });

  test("on a phone prompt, Generate and picture stand in one screen, and nothing is wider than it", async () => {
    const page = await browser.visit(app.url, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await ask(page, "the sea by day", { Steps: "10" });
    await status(page).getByText("1 picture", { exact: true }).waitFor();
    await page.evaluate(() => scrollTo(0, 0));
    for (const part of [
      page.getByLabel("Prompt", { exact: true }),
      page.getByRole("button", { name: /^Generate/ }),
      picture(page),
    ]) {
      const box = await part.boundingBox();
      expect(box && box.y >= 0 && box.y + box.height <= 844).toBe(true);
    }
    for (const tab of ["txt2img", "Extras", "PNG Info", "Settings"]) {
      await page.getByRole("tab", { name: tab }).click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    }
  });
});

/** The line that opens an Accordion. */
function section(page: Page, name: string): Locator {
  return page.locator("summary").getByText(name, { exact: true });
}

/** A small picture file of one colour. */
async function drawFile(folder: string, colour: string): Promise<string> {
  const path = join(folder, `${colour}.png`);
  await sharp({ create: { width: 64, height: 48, channels: 3, background: colour } })
    .png()
    .toFile(path);
  return path;
}
