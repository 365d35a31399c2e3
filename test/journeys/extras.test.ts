import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parametersKey, readTexts, writeTexts } from "../../demos/diffusion/images/metadata.ts";
import { encodePicture } from "../../demos/diffusion/images/picture.ts";
import { drawFaces } from "../../demos/diffusion/postprocessing/fixtures/drawn-faces.ts";
import { createStudioPage } from "../../demos/diffusion/studio-page.ts";
import { openStudio, type Studio } from "../../demos/diffusion/studio.ts";
import { axeFindings, openBrowser, ready, type TestBrowser } from "../lib/browser.ts";
import { serve, type ServedApp } from "../lib/serve.ts";

const diffusion = fileURLToPath(new URL("../../demos/diffusion/", import.meta.url));

/** Scripts that visitors of the tests have, besides those of the studio. */
const ownScripts = `
import { checkbox } from "../postprocessing/controls.ts";
import { ScriptPostprocessing } from "../postprocessing/script-postprocessing.ts";
class Own extends ScriptPostprocessing<any> {
  name = "Own";
  override ui() { return { enable: checkbox(this.name, false) }; }
  override async process(pp: any, args: any) { if (args.enable) await this.work(pp); }
  async work(pp: any): Promise<void> {}
}
export class Throws extends Own { override name = "Throws"; override async work() { throw new Error("The script is at fault."); } }
export class Hangs extends Own { override name = "Hangs"; override order = 5000; override work() { return new Promise<void>(() => {}); } }
export class Nothing extends Own { override name = "Nothing"; override async work(pp: any) { pp.image = undefined; } }
`;

describe("Extras and PNG Info", () => {
  let browser: TestBrowser;
  let studio: Studio;
  let app: ServedApp;
  let folder: string;
  let scripts: string;
  beforeAll(async () => {
    browser = await openBrowser();
    folder = await mkdtemp(join(tmpdir(), "extras-journey-"));
    // Beside the studio's own, where the guide's imports lead.
    scripts = await mkdtemp(join(diffusion, "scripts-journey-"));
    const guide = await readFile(join(diffusion, "postprocessing/README.md"), "utf8");
    await writeFile(join(scripts, "frame.ts"), /^```ts\n(import.*?)^```$/ms.exec(guide)?.[1] ?? "");
    await writeFile(join(scripts, "own.ts"), ownScripts);
    const models = join(folder, "models");
    await cp(join(diffusion, "postprocessing/fixtures/networks"), models, { recursive: true });
    await cp(join(diffusion, "pipeline/fixtures/models/sd1"), join(models, "tiny"), { recursive: true });
    await mkdir(join(folder, "photos"));
    studio = await openStudio({ models, scripts, folders: [join(folder, "photos")] });
    app = await serve(createStudioPage(studio));
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await studio.close();
    await browser[Symbol.asyncDispose]();
    await Promise.all([folder, scripts].map((path) => rm(path, { recursive: true, force: true })));
  });
  beforeEach(async () => {
    await rm(join(folder, "photos"), { recursive: true });
    await mkdir(join(folder, "photos"));
  });
  afterEach(() => expect(browser.faults).toEqual([]));

  const status = (page: Page) => page.locator(".vt-tabs-panel:not([hidden]) .studio-status");
  const results = (page: Page) =>
    page.locator(".vt-tabs-panel:not([hidden]) [data-type=gallery] .vt-gallery-item");
  const done = (page: Page) => page.getByRole("textbox", { name: "What was done" });
  const process = (page: Page) => page.getByRole("button", { name: /^Process/ }).click();
  const counted = (page: Page, words: string) => status(page).getByText(words, { exact: true }).waitFor();
  const sides = (image: Locator) =>
    image.evaluate(async (shown: HTMLImageElement) => {
      await shown.decode();
      return [shown.naturalWidth, shown.naturalHeight];
    });

  async function openExtras(options: Parameters<TestBrowser["visit"]>[1] = {}): Promise<Page> {
    const page = await browser.visit(app.url, options);
    await page.getByRole("tab", { name: "Extras" }).click();
    return page;
  }

  async function give(
    page: Page,
    file: string | { name: string; mimeType: string; buffer: Buffer },
  ): Promise<void> {
    await page.locator(".studio-source input[type=file]").setInputFiles(file);
    await page.locator(".studio-source img").waitFor();
  }

  /** Opens a script's section and ticks it. */
  async function enable(page: Page, name: string): Promise<void> {
    await section(page, name).click();
    await page.getByRole("checkbox", { name, exact: true }).check();
    await section(page, `${name} · on`).waitFor();
  }

  async function upscaleTwice(page: Page): Promise<void> {
    await choose(page, "Upscaler 1", "Lanczos");
    await setNumber(page, "Resize", "2");
  }

  test("three scripts, one of which branches, over one picture and over several", async () => {
    const page = await openExtras();
    const files = [await drawFile("red"), await drawFile("blue")];
    await give(page, files[0] ?? "");
    await upscaleTwice(page);
    await enable(page, "Create flipped copies");
    await enable(page, "Caption");
    await process(page);
    await counted(page, "2 pictures");
    expect(await done(page).inputValue()).toContain(
      "Postprocess upscale by: 2, Postprocess upscaler: Lanczos",
    );
    const [before, after] = [0, 1].map((side) => page.locator(".studio-compared img").nth(side));
    expect([await sides(before!), await sides(after!)]).toEqual([
      [64, 48],
      [128, 96],
    ]);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("radio", { name: "Several" }).check();
    await page.locator("[data-type=file] input[type=file]").setInputFiles(files);
    await page.getByText("blue.png").first().waitFor();
    await process(page);
    await counted(page, "6 pictures");
    expect(await results(page).allTextContents()).toEqual(["blue-1", "blue", "red-1", "red", "red-1", "red"]);
  });

  test("before and after show the picture itself, any result when it is chosen, and it can be processed further", async () => {
    const page = await openExtras();
    const [width, height] = [64, 48];
    // Red on the left, blue on the right: a mirrored copy shows.
    const half = Buffer.from(
      Array.from({ length: width * height }, (_, i) => (i % width < 32 ? [255, 0, 0] : [0, 0, 255])).flat(),
    );
    const buffer = await sharp(half, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    await give(page, { name: "halves.png", mimeType: "image/png", buffer });
    await upscaleTwice(page);
    await enable(page, "Create flipped copies");
    await process(page);
    await counted(page, "2 pictures");
    const after = page.locator(".studio-compared img").nth(1);
    await expect.poll(() => colourAt(after, 10, 10)).toEqual([255, 0, 0]);
    await results(page).first().click();
    await expect.poll(() => colourAt(after, 10, 10)).toEqual([0, 0, 255]);
    await page.getByRole("button", { name: "Use as source" }).click();
    await expect.poll(() => sides(page.locator(".studio-source img"))).toEqual([128, 96]);
    await process(page);
    await counted(page, "4 pictures");
    await expect.poll(() => sides(after)).toEqual([256, 192]);
  });

  test("a folder: results are saved beside it, and shown unless that is not wanted", async () => {
    for (const colour of ["red", "blue"]) await drawFile(colour, "photos");
    await writeFile(join(folder, "photos", "broken.png"), "no picture");
    const page = await openExtras();
    await page.getByRole("radio", { name: "A folder" }).check();
    expect(await page.getByRole("textbox", { name: "Folder", exact: true }).inputValue()).toBe("photos");
    await enable(page, "Create flipped copies");
    await process(page);
    await counted(page, "4 pictures");
    await page.getByText("4 pictures were saved in photos/extras.").first().waitFor();
    await page
      .getByText(/broken\.png: The file is no picture that can be read/)
      .first()
      .waitFor();
    expect((await readdir(join(folder, "photos/extras"))).toSorted()).toEqual([
      "blue-1.png",
      "blue.png",
      "red-1.png",
      "red.png",
    ]);
    expect(await done(page).inputValue()).toContain("Saved as photos/extras/red.png");
    expect(await sides(page.locator(".studio-compared img").first())).toEqual([64, 48]);
    await page.getByRole("textbox", { name: "Results go to" }).fill("photos/another/one");
    await page.getByRole("checkbox", { name: "Show results here" }).uncheck();
    await process(page);
    await page.getByText("4 pictures were saved in photos/another/one.").first().waitFor();
    expect(await readdir(join(folder, "photos/another/one"))).toHaveLength(4);
    expect(await results(page).count()).toBe(4);
  });

  test.each(["/etc", "photos/../..", "somewhere"])(
    "the folder %s is refused, for reading and for writing",
    async (name) => {
      for (const field of ["Folder", "Results go to"]) {
        const page = await openExtras();
        await page.getByRole("radio", { name: "A folder" }).check();
        await page.getByRole("textbox", { name: field, exact: true }).fill(name);
        await process(page);
        await page
          .getByText(/\(FOLDER_NOT_ALLOWED\)/)
          .first()
          .waitFor();
        expect(await results(page).count()).toBe(0);
      }
    },
  );

  test("the user's order counts: what runs first changes what comes out", async () => {
    const page = await openExtras();
    await give(page, await drawFile("red"));
    await upscaleTwice(page);
    await enable(page, "Frame");
    await setNumber(page, "Width", "4");
    await process(page);
    const after = page.locator(".studio-compared img").nth(1);
    // By their names: the frame of four pixels first, then everything twice as large.
    await expect.poll(() => sides(after)).toEqual([144, 112]);
    await section(page, "Order, choice and format").click();
    await choose(page, "Run first, in this order", "Upscale");
    await process(page);
    await expect.poll(() => sides(after)).toEqual([136, 104]);
    await page
      .getByRole("group", { name: "Scripts that take part" })
      .getByRole("checkbox", { name: "Frame" })
      .uncheck();
    await expect.poll(() => section(page, "Frame · on").count()).toBe(0);
    await process(page);
    await expect.poll(() => sides(after)).toEqual([128, 96]);
  });

  test("only the controls that count in a mode are there", async () => {
    const page = await openExtras();
    const slider = (name: string) => page.getByRole("slider", { name, exact: true });
    await slider("Resize").waitFor();
    expect(await slider("Height").count()).toBe(0);
    await page.getByRole("radio", { name: "Scale to" }).check();
    await slider("Height").waitFor();
    expect(await slider("Resize").count()).toBe(0);
    await give(page, await drawFile("red"));
    await choose(page, "Upscaler 1", "Nearest");
    await process(page);
    await expect.poll(() => sides(page.locator(".studio-compared img").nth(1))).toEqual([512, 512]);
  });

  test("faces are restored by the networks that are there, and tags come from a tagger", async () => {
    const page = await openExtras();
    const face = { x: 200, y: 200, eyes: 80 };
    const buffer = Buffer.from(
      await encodePicture(await drawFaces({ width: 640, height: 420 }, [face]), { format: "png" }),
    );
    await give(page, { name: "face.png", mimeType: "image/png", buffer });
    await enable(page, "GFPGAN");
    await enable(page, "Caption");
    await page.getByRole("checkbox", { name: "wd-tiny" }).check();
    await process(page);
    await counted(page, "1 picture");
    expect(await done(page).inputValue()).toMatch(/GFPGAN visibility: 1\n\nCaption: white background/);
    // The small network paints the features of a face yellow; the left eye was blue.
    const [before, after] = [0, 1].map((side) => page.locator(".studio-compared img").nth(side));
    expect(await colourAt(before!, 160, 160)).toEqual([0, 0, 255]);
    await expect.poll(async () => (await colourAt(after!, 160, 160))[0]).toBeGreaterThan(240);
  });

  test("a script that fails, and one that leaves no picture, are named; the picture is there all the same", async () => {
    const page = await openExtras();
    await give(page, await drawFile("red"));
    for (const name of ["Throws", "Nothing", "Create flipped copies"]) await enable(page, name);
    await process(page);
    await counted(page, "2 pictures");
    await page.getByText("red.png, Throws: The script is at fault.").first().waitFor();
    await page.getByText('red.png, Nothing: Script "Nothing" left no picture behind.').first().waitFor();
  });

  test("a script that hangs: Interrupt and Skip free the job at once, and the next one works", async () => {
    const page = await openExtras();
    await give(page, await drawFile("red"));
    await enable(page, "Create flipped copies");
    await enable(page, "Hangs");
    await process(page);
    await status(page).getByText(/Hangs/).waitFor();
    await page.getByRole("button", { name: "Interrupt", exact: true }).click();
    // What was done before the script hung is kept.
    await counted(page, "2 pictures");
    await process(page);
    await status(page).getByText(/Hangs/).waitFor();
    await page.getByRole("button", { name: "Skip", exact: true }).click();
    await counted(page, "2 pictures");
    await page.getByRole("checkbox", { name: "Hangs", exact: true }).uncheck();
    await section(page, "Hangs").waitFor();
    await process(page);
    await counted(page, "4 pictures");
  });

  test("a file that is no picture is refused where it is dropped, and the next one works", async () => {
    const page = await openExtras();
    const red = await readFile(await drawFile("red"));
    const file = (name: string, buffer: Buffer) => ({ name, mimeType: "image/png", buffer });
    const drop = page.locator("[data-type=file] input[type=file]");
    await page.getByRole("radio", { name: "Several" }).check();
    await drop.setInputFiles(file("notes.png", Buffer.from("no picture")));
    await page.getByText("notes").first().waitFor();
    await process(page);
    await page.getByText('expected image files, got "notes.png" (text/plain).').first().waitFor();
    await page.getByRole("button", { name: /^Remove.*notes/ }).click();
    await drop.setInputFiles([file("cut.png", red.subarray(0, red.length - 30)), file("whole.png", red)]);
    await page.getByText("whole").first().waitFor();
    await process(page);
    await page.getByText("cut.png: The picture cannot be decoded; it may be cut off.").first().waitFor();
    await counted(page, "1 picture");
    await page.getByRole("radio", { name: "One picture" }).check();
    await give(page, await drawFile("red"));
    await process(page);
    await counted(page, "2 pictures");
    expect(await done(page).inputValue()).toBe("Nothing was changed.");
  });

  test("a reload keeps what was chosen and what came out", async () => {
    const page = await openExtras();
    await give(page, await drawFile("red"));
    await enable(page, "Create flipped copies");
    await process(page);
    await counted(page, "2 pictures");
    await page.reload();
    await ready(page);
    await page.getByRole("tab", { name: "Extras" }).click();
    await counted(page, "2 pictures");
    await section(page, "Create flipped copies · on").waitFor();
    await page.locator(".studio-source img").waitFor();
  });

  test("works by keyboard alone", async () => {
    const page = await openExtras();
    await give(page, await drawFile("red"));
    await page.getByRole("tab", { name: "Extras" }).focus();
    await reach(page, "Create flipped copies");
    await page.keyboard.press("Enter");
    await page.getByRole("checkbox", { name: "Create flipped copies" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await section(page, "Create flipped copies · on").waitFor();
    await page.keyboard.press("Control+Enter");
    await counted(page, "2 pictures");
    await page.getByRole("tab", { name: "Extras" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("tab", { name: "PNG Info", selected: true }).waitFor();
  });

  test.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ] as const)(
    "nothing is wider than the page, or hard to read: %s, %d pixels",
    async (colorScheme, width) => {
      const page = await openExtras({ viewport: { width, height: 844 }, colorScheme });
      await give(page, await drawFile("red"));
      await section(page, "GFPGAN").click();
      await section(page, "Order, choice and format").click();
      await process(page);
      await counted(page, "1 picture");
      for (const mode of ["Several", "A folder"]) {
        await page.getByRole("radio", { name: mode }).check();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      }
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole("tab", { name: "PNG Info" }).click();
      await read(page, await noted("info.png", "png"));
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(await axeFindings(page)).toEqual([]);
    },
  );

  test.each(["png", "jpeg", "webp"] as const)(
    "PNG Info reads a %s, every other text with it, and sends it on untouched",
    async (format) => {
      const page = await browser.visit(app.url);
      await page.getByRole("tab", { name: "PNG Info" }).click();
      const path = await noted(`info.${format}`, format);
      await read(page, path);
      expect(await page.getByRole("textbox", { name: "Parameters" }).inputValue()).toBe(noteText);
      await page.getByText("A camera <b>", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Send to Extras" }).click();
      await page.locator(".studio-source img").waitFor();
      await process(page);
      await counted(page, "1 picture");
      const after = await page.locator(".studio-compared img").nth(1).getAttribute("src");
      const bytes = Buffer.from(await (await fetch(new URL(after ?? "", app.url))).arrayBuffer());
      expect(Buffer.compare(bytes, await readFile(path))).toBe(0);
      expect((await readTexts(bytes)).get(parametersKey)).toBe(noteText);
    },
  );

  test("PNG Info says when a picture says nothing, and reads one whose texts are broken", async () => {
    const page = await browser.visit(app.url);
    await page.getByRole("tab", { name: "PNG Info" }).click();
    await page.locator(".vt-tabs-panel:not([hidden]) input[type=file]").setInputFiles(await drawFile("red"));
    await page.getByText("Nothing is written in this picture.").waitFor();
    await page.getByRole("button", { name: /^Send to txt2img/ }).click();
    await page.getByText("The picture says nothing about how it was made.").first().waitFor();
    await page.getByRole("tab", { name: "PNG Info", selected: true }).waitFor();
    const path = await noted("broken.png", "png");
    const bytes = await readFile(path);
    // The checksum of the text with the parameters: its last byte is another.
    const at = bytes.indexOf("tEXtparameters");
    const end = at + 4 + bytes.readUInt32BE(at - 4) + 3;
    bytes[end] = (bytes[end] ?? 0) ^ 255;
    await writeFile(path, bytes);
    await page.locator(".vt-tabs-panel:not([hidden]) input[type=file]").setInputFiles(path);
    await page.getByText("A camera <b>", { exact: true }).waitFor();
  });

  const noteText =
    "a pier, (fog:1.2)\nNegative prompt: people\nSteps: 9, Sampler: Euler a, Seed: 77, Size: 128x64";

  async function noted(name: string, format: "png" | "jpeg" | "webp"): Promise<string> {
    const path = join(folder, name);
    const bytes = await sharp(await drawFile("green"))
      .toFormat(format)
      .toBuffer();
    const texts = new Map([
      [parametersKey, noteText],
      ["Software", "A camera <b>"],
    ]);
    await writeFile(path, writeTexts(bytes, texts));
    return path;
  }

  async function read(page: Page, path: string): Promise<void> {
    await page.locator(".vt-tabs-panel:not([hidden]) input[type=file]").setInputFiles(path);
    await expect.poll(() => page.getByRole("textbox", { name: "Parameters" }).inputValue()).not.toBe("");
  }

  /** A small picture file of one colour. */
  async function drawFile(colour: string, subfolder = ""): Promise<string> {
    const path = join(folder, subfolder, `${colour}.png`);
    await sharp({ create: { width: 64, height: 48, channels: 3, background: colour } })
      .png()
      .toFile(path);
    return path;
  }
});

/** The line that opens an Accordion. */
function section(page: Page, name: string): Locator {
  return page.locator("summary").getByText(name, { exact: true });
}

async function choose(page: Page, label: string, choice: string): Promise<void> {
  await page.getByRole("combobox", { name: label }).focus();
  await page.keyboard.type(choice);
  await page.keyboard.press("Enter");
}

async function setNumber(page: Page, label: string, value: string): Promise<void> {
  const name = new RegExp(`^${label}(, as a number)?$`);
  const field = page.getByRole("spinbutton", { name }).locator("visible=true");
  await field.fill(value);
  await field.blur();
}

/** Presses Tab until the line of a section has the focus. */
async function reach(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate(() => document.activeElement?.textContent?.trim())) === name) return;
  }
  throw new Error(`${name} cannot be reached by Tab.`);
}

/** One pixel of a shown picture, by its own size. */
function colourAt(image: Locator, x: number, y: number): Promise<readonly number[]> {
  return image.evaluate(
    async (shown: HTMLImageElement, [left, top]) => {
      await shown.decode();
      const canvas = document.createElement("canvas");
      canvas.width = shown.naturalWidth;
      canvas.height = shown.naturalHeight;
      const context = canvas.getContext("2d")!;
      context.drawImage(shown, 0, 0);
      return [...context.getImageData(left, top, 1, 1).data.subarray(0, 3)];
    },
    [x, y] as const,
  );
}
