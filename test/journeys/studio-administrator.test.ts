import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createStudioPage } from "../../demos/diffusion/studio-page.ts";
import { embeddedModel, openStudio, type Studio } from "../../demos/diffusion/studio.ts";
import { BarePage } from "../lib/bare-page.ts";
import { axeFindings, openBrowser, ready, type TestBrowser } from "../lib/browser.ts";
import { serve, type ServedApp } from "../lib/serve.ts";
import { drawing, generate, howItWasMade, pictures, press, setNumber, status } from "../lib/studio.ts";

/** The buttons only an administrator may press; of the first two everybody has some too. */
const buttons = ["Save settings", "Interrupt", "Skip", "Take out", "Restart server", "Stop server"];
const adminToken = "the-token-of-these-journeys";

interface Config {
  readonly root: Block;
  readonly listeners: readonly {
    readonly id: string;
    readonly triggers: readonly { readonly blockId: string; readonly event: string }[];
    readonly inputs: readonly string[];
  }[];
}
interface Block {
  readonly id: string;
  readonly payload?: unknown;
  readonly emptyPayload?: unknown;
  readonly children?: readonly Block[];
}

describe("the studio's administrator", () => {
  let browser: TestBrowser;
  let studio: Studio;
  let app: ServedApp;
  let folder: string;
  beforeAll(async () => {
    browser = await openBrowser();
    folder = await mkdtemp(join(tmpdir(), "studio-administrator-"));
    studio = await openStudio({ model: embeddedModel, settings: join(folder, "settings.json"), adminToken });
    app = await serve(createStudioPage(studio));
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await studio.close();
    await browser[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(() => expect(browser.faults).toEqual([]));

  async function openSettings(query = ""): Promise<Page> {
    const page = await browser.visit(`${app.url}${query}`);
    await page.getByRole("tab", { name: "Settings" }).click();
    return page;
  }

  const jobs = (page: Page) => page.getByRole("radiogroup", { name: "Jobs" }).getByRole("radio");

  test("sees everybody's jobs, stops and takes out each; the owners are told, and others see nothing", async () => {
    const [ann, bob] = [await browser.visit(app.url), await browser.visit(app.url)];
    const administrator = await openSettings(`?admin=${adminToken}`);
    await administrator.getByText("Nothing runs and nobody waits.").waitFor();
    await generate(ann, "a boat at night", 150);
    await drawing(ann, 150);
    await generate(bob, "a balloon", 150);
    await generate(bob, "a second balloon", 150);
    await expect.poll(() => jobs(administrator).count()).toBe(3);
    await administrator.getByRole("radio", { name: /a second balloon/ }).check();
    await press(administrator, "Take out");
    await expect.poll(() => jobs(administrator).count()).toBe(2);
    await bob.getByText(/has taken out a job of yours that waited: a second balloon/).waitFor();
    await administrator.getByRole("radio", { name: /a boat at night.*Step/ }).check();
    await press(administrator, "Interrupt");
    await status(ann).getByText("1 picture", { exact: true }).waitFor();
    await drawing(bob, 150);
    await administrator.getByRole("radio", { name: /a balloon.*Step/ }).check();
    await press(administrator, "Skip");
    await status(bob).getByText("1 picture", { exact: true }).waitFor();
    expect(await ann.content()).not.toContain("balloon");
    expect(await axeFindings(administrator)).toEqual([]);
  });

  test("signs in with the token as well; a wrong one is refused, and nothing is sent to who has none", async () => {
    await studio.settings.change({ ...studio.settings.current, saveFolder: "a-secret-place" });
    const page = await openSettings();
    const token = page.getByLabel("Administrator's token");
    await token.fill("not-the-token-at-all");
    await press(page, "Sign in");
    await page.getByText("That is not the token.").waitFor();
    expect(await page.getByRole("button", { name: "Restart server" }).count()).toBe(0);
    expect(await page.content()).not.toContain("a-secret-place");
    await token.fill(adminToken);
    await token.press("Enter");
    await page.getByRole("button", { name: "Restart server" }).waitFor();
    await expect.poll(() => page.getByLabel("Folder", { exact: true }).inputValue()).toBe("a-secret-place");
    await page.reload();
    await ready(page);
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Restart server" }).waitFor();
    await press(page, "Sign out");
    await token.waitFor();
    const other = await browser.visit(app.url);
    for (const secret of ["a-secret-place", adminToken]) expect(await other.content()).not.toContain(secret);
  });

  test("a forged message that presses the administrator's buttons is refused, and nothing happens", async () => {
    const ann = await browser.visit(app.url);
    await generate(ann, "somebody else's", 150);
    await drawing(ann, 150);
    const html = await (await fetch(app.url)).text();
    const config = JSON.parse(/id="vitrine-config">([^<]*)</.exec(html)?.[1] ?? "null") as Config;
    const blocks = new Map<string, Block>();
    const add = (block: Block): void => {
      blocks.set(block.id, block);
      for (const child of block.children ?? []) add(child);
    };
    add(config.root);
    const before = studio.settings.current;
    const { running } = studio.board.view();
    const forger = await BarePage.open(app.url);
    const answered: string[] = [];
    for (const { id, triggers, inputs } of config.listeners) {
      const label = blocks.get(triggers[0]?.blockId ?? "")?.payload;
      if (!buttons.includes(String(label))) continue;
      const payloads = inputs.map((input) => blocks.get(input)?.payload ?? null);
      const ended = await forger.run(id, payloads);
      const code = "error" in ended ? /\(([A-Z_]+)\)/.exec(ended.error.message)?.[1] : "";
      answered.push(`${String(label)}: ${ended.stage} ${code}`.trim());
    }
    // One's own buttons on txt2img and Extras stop what is one's own, and nothing is.
    const own = ["Interrupt", "Skip", "Take out", "Interrupt", "Skip"].map((label) => `${label}: complete`);
    const administrators = buttons.map((label) => `${label}: failed ADMIN_ONLY`);
    expect(answered.sort()).toEqual([...own, ...administrators].sort());
    const answers = forger.messages("toast").map(({ message }) => message);
    expect(answers.filter((message) => message === "Nothing of yours is running.")).toHaveLength(4);
    await forger.close();
    expect(studio.settings.current).toBe(before);
    expect([studio.state.serverCommand, studio.state.interrupted, studio.state.skipped]).toEqual([
      undefined,
      false,
      false,
    ]);
    expect(studio.board.view().running?.id).toBe(running?.id);
    await press(ann, "Interrupt");
    await status(ann).getByText("1 picture", { exact: true }).waitFor();
  });

  test("changes settings for everybody: previews off, WebP, saved for good; they stay in the file", async () => {
    const administrator = await openSettings(`?admin=${adminToken}`);
    await administrator.getByRole("checkbox", { name: "Show pictures while they are made" }).uncheck();
    await administrator.getByRole("checkbox", { name: "Save all pictures" }).check();
    const format = administrator.getByRole("combobox", { name: "Format of pictures" });
    await format.focus();
    await administrator.keyboard.type("WebP");
    await administrator.keyboard.press("Enter");
    const place = administrator.getByLabel("Folder", { exact: true });
    await place.fill("kept");
    await administrator.getByLabel("Images filename pattern").fill("[seed]-[prompt_words]");
    await administrator.getByLabel("Images filename pattern").blur();
    await press(administrator, "Save settings");
    await administrator.getByText("The settings are saved").waitFor();
    expect(JSON.parse(await readFile(join(folder, "settings.json"), "utf8"))).toMatchObject({
      livePreviews: false,
      imageFormat: "webp",
      savesPictures: true,
      saveFolder: "kept",
    });
    const ann = await browser.visit(app.url);
    await setNumber(ann, "Seed", 5);
    await setNumber(ann, "Batches", 2);
    await generate(ann, "a quiet forest", 4);
    await status(ann).getByText("2 pictures", { exact: true }).waitFor();
    // The grid stands first.
    await expect.poll(() => pictures(ann).count()).toBe(3);
    expect(await howItWasMade(ann)).toContain("Seed: 5");
    const src = await ann.locator(".studio-picture img").getAttribute("src");
    const shown = await ann.request.get(new URL(src ?? "", app.url).href);
    expect((await sharp(await shown.body()).metadata()).format).toBe("webp");
    const [day = ""] = await readdir(join(folder, "kept"));
    expect((await readdir(join(folder, "kept", day))).sort()).toEqual([
      "00000-5-a quiet forest.webp",
      "00001-6-a quiet forest.webp",
    ]);
  });
});
