import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createStudioPage } from "../../demos/diffusion/studio-page.ts";
import { embeddedModel, openStudio, type Studio } from "../../demos/diffusion/studio.ts";
import { openBrowser, ready, type TestBrowser } from "../lib/browser.ts";
import { openProxy, type CuttableProxy } from "../lib/cuttable-proxy.ts";
import { serve, type ServedApp } from "../lib/serve.ts";
import { drawing, generate, howItWasMade, pictures, press, status } from "../lib/studio.ts";

/** What two minutes are elsewhere: after it a page that is away has its listeners cancelled. */
const resumeMs = 400;

describe("who was away from the studio", () => {
  let browser: TestBrowser;
  let studio: Studio;
  let app: ServedApp;
  let line: CuttableProxy;
  let folder: string;
  beforeAll(async () => {
    browser = await openBrowser();
    folder = await mkdtemp(join(tmpdir(), "studio-away-"));
    studio = await openStudio({ model: embeddedModel, settings: join(folder, "settings.json") });
    app = await serve(createStudioPage(studio), { resumeMs });
    line = await openProxy(app.url);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await line[Symbol.asyncDispose]();
    await studio.close();
    await browser[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const shown = (page: Awaited<ReturnType<TestBrowser["visit"]>>) => page.locator(".studio-picture img");
  const idle = () => expect.poll(() => studio.board.view().running, { timeout: 60_000 }).toBeUndefined();
  const longAway = () => new Promise((resolve) => setTimeout(resolve, 3 * resumeMs));

  test("for a moment: the job, its preview and its buttons are there again", async () => {
    const [ann, bob] = [await browser.visit(line.url), await browser.visit(app.url)];
    await generate(ann, "a windmill", 150);
    await drawing(ann, 150);
    line.cut();
    await ann.locator("[data-connection=reconnecting]").waitFor({ state: "attached" });
    line.mend();
    await ready(ann);
    await drawing(ann, 150);
    await shown(ann).waitFor();
    expect(await pictures(bob).count()).toBe(0);
    expect(await bob.getByRole("button", { name: "Interrupt" }).count()).toBe(0);
    await press(ann, "Interrupt");
    await status(ann).getByText("1 picture", { exact: true }).waitFor();
  });

  test("for longer than a page is waited for, as a phone that slept: the running job is followed again", async () => {
    const ann = await browser.visit(line.url);
    await generate(ann, "a castle", 150);
    await generate(ann, "a second castle", 4);
    await drawing(ann, 150);
    line.cut();
    await longAway();
    line.mend();
    await ready(ann);
    await drawing(ann, 150);
    await shown(ann).waitFor();
    await press(ann, "Interrupt");
    await status(ann).getByText("2 pictures", { exact: true }).waitFor();
    expect(await howItWasMade(ann)).toContain("a second castle");
  });

  test("until everything was done: what finished meanwhile waits in the list, and is announced to its owner alone", async () => {
    const [ann, bob] = [await browser.visit(line.url), await browser.visit(app.url)];
    await generate(ann, "the first of two", 20);
    await generate(ann, "the second of two", 20);
    await drawing(ann, 20);
    line.cut();
    await longAway();
    await idle();
    line.mend();
    await ready(ann);
    await ann.getByText(/finished while you were away/).waitFor();
    await status(ann).getByText("2 pictures", { exact: true }).waitFor();
    expect(await pictures(ann).count()).toBe(2);
    expect(await bob.content()).not.toContain("finished while you were away");
    expect(await pictures(bob).count()).toBe(0);
  });

  test("by a reload after everything was done: list, picture and what was typed are there", async () => {
    const ann = await browser.visit(app.url);
    await generate(ann, "a river", 20);
    await drawing(ann, 20);
    await ann.goto("about:blank");
    await idle();
    await ann.goto(app.url);
    await ready(ann);
    await status(ann).getByText("1 picture", { exact: true }).waitFor();
    await shown(ann).waitFor();
    expect(await ann.getByLabel("Prompt", { exact: true }).inputValue()).toBe("a river");
  });
});
