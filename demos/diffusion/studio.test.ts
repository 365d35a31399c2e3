import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "vitrine";
import { openApp } from "vitrine/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { longestBlockMs } from "./engine/fixtures/longest-block.ts";
import { engineChildren } from "./engine/fixtures/processes.ts";
import type { BoardView } from "./jobs/board-view.ts";
import { parseStudioArgs } from "./studio-args.ts";
import { StudioError } from "./studio-error.ts";
import { createStudioPage } from "./studio-page.ts";
import { defaultSettings } from "./studio-settings.ts";
import { openStudio, type Studio } from "./studio.ts";
import { toUserError } from "./user-error.ts";

const fixture = (name: string) => join(import.meta.dirname, "pipeline", "fixtures", "models", name);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "studio-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("models", () => {
  test("a folder of models is a choice of those that are models, by name", async () => {
    for (const name of ["turbo", "sd1"]) await cp(fixture(name), join(folder, name), { recursive: true });
    await mkdir(join(folder, "notes"));
    const studio = await openStudio({ models: folder });
    expect(studio.models.map(({ name }) => name)).toEqual(["sd1", "turbo"]);
    await studio.close();
  });

  test("a model asked for comes first, and alone when no folder of models was asked for", async () => {
    const alone = await openStudio({ model: fixture("turbo") });
    expect(alone.models.map(({ name }) => name)).toEqual(["turbo"]);
    await cp(fixture("sd1"), join(folder, "sd1"), { recursive: true });
    const both = await openStudio({ model: fixture("turbo"), models: folder });
    expect(both.models.map(({ name }) => name)).toEqual(["turbo", "sd1"]);
    await Promise.all([alone.close(), both.close()]);
  });

  test.each([
    ["a folder that is no model", { model: "." }, "MODEL_FOLDER"],
    ["a folder of models that is not there", { models: "nowhere-at-all" }, "MODEL_FOLDER"],
    [
      "a folder of upscalers that is not there",
      { model: fixture("sd1"), upscalers: "nowhere-at-all" },
      "FOLDER_UNREADABLE",
    ],
    [
      "a folder to work in that is not there",
      { model: fixture("sd1"), folders: ["nowhere-at-all"] },
      "FOLDER_UNREADABLE",
    ],
  ])("%s is refused", async (_words, options, code) => {
    await expect(openStudio(options)).rejects.toMatchObject({ code });
  });
});

describe("the command line", () => {
  test("names folders", () => {
    expect(parseStudioArgs(["--model", "a", "--models=b"])).toEqual({ model: "a", models: "b" });
    expect(parseStudioArgs(["--folder", "a", "--folder=b"])).toEqual({ folders: ["a", "b"] });
    expect(parseStudioArgs([])).toEqual({});
  });

  test.each([[["--modle", "a"]], [["--model"]], [["a"]]])("%j is refused with what there is", (args) => {
    expect(() => parseStudioArgs(args)).toThrow(
      expect.objectContaining({ code: "ARGUMENT_UNKNOWN", hint: expect.stringContaining("--models") }),
    );
  });
});

test("an error of the studio reaches a visitor with words, advice and code; others stay what they are", () => {
  const shown = toUserError(new StudioError("STEPS_INVALID", { message: "Got 0 steps." }));
  expect(shown).toBeInstanceOf(UserError);
  expect(shown).toMatchObject({
    message: "Got 0 steps. Choose a whole number of steps from 1 to 10000. (STEPS_INVALID)",
  });
  const other = new TypeError("a mistake");
  expect(toUserError(other)).toBe(other);
});

/** Settles when jobs have been there and are done. */
async function drained(
  { board }: Studio,
  onView: (view: BoardView) => void = () => undefined,
): Promise<void> {
  let hasBegun = false;
  for await (const view of board.watchAll(new AbortController().signal)) {
    onView(view);
    const isIdle = view.running === undefined && view.waiting.length === 0;
    if (hasBegun && isIdle) return;
    hasBegun ||= !isIdle;
  }
}

describe("the page", () => {
  test("draws with the model a visitor chose, and shows what the engine refuses in its words", async () => {
    for (const name of ["turbo", "sd1"]) await cp(fixture(name), join(folder, name), { recursive: true });
    const studio = await openStudio({ models: folder });
    await using app = await openApp(createStudioPage(studio));
    const page = await app.openPage();
    await page.set("Prompt", "a boat");
    await page.set("Steps", 2);
    await page.set("Model", "turbo");
    await page.click("Generate");
    expect(page.value("How it was made")).toContain("Model: turbo");
    await page.set("Clip skip", 12);
    await page.click("Generate");
    expect(page.toasts.join()).toContain("got 12. Correct the option. (PROMPT_OPTION)");
    await page.set("Clip skip", 1);
    await page.click("Generate");
    expect(page.value("My pictures")).toHaveLength(2);
    await studio.close();
  });

  test("styles of the table are in the picture's words, and not added again when they come back from it", async () => {
    const styles = join(folder, "styles.csv");
    await writeFile(styles, "name,prompt,negative_prompt\nOil,oil painting of {prompt},photo\n");
    const studio = await openStudio({ model: fixture("sd1"), styles });
    await using app = await openApp(createStudioPage(studio));
    const page = await app.openPage();
    await page.set("Prompt", "a boat");
    await page.set("Steps", 2);
    await page.set("Styles", ["Oil"]);
    await page.click("Generate");
    expect(page.value("How it was made")).toMatch(/^oil painting of a boat\nNegative prompt: photo\n/);
    await page.click("Reuse settings");
    expect([page.value("Prompt"), page.value("Styles")]).toEqual(["oil painting of a boat", []]);
    await studio.close();
  });

  test("a visitor who comes back finds what was finished meanwhile", async () => {
    const studio = await openStudio({ model: fixture("sd1") });
    await using app = await openApp(createStudioPage(studio));
    const page = await app.openPage();
    await page.set("Prompt", "a boat");
    await page.set("Steps", 3);
    await page.click("Generate");
    await page.reload();
    await page.settled();
    expect(page.value("My pictures")).toHaveLength(1);
    expect(page.value("Prompt")).toBe("a boat");
    await studio.close();
  });

  // The system is asked for this process's children.
  test.runIf(process.platform === "linux")(
    "visitors share one engine: one process, from the first job to the last",
    async () => {
      const studio = await openStudio({ model: fixture("sd1") });
      await using app = await openApp(createStudioPage(studio));
      const visitors = [await app.openPage(), await app.openPage()];
      expect(engineChildren()).toEqual([]);
      const seen = new Set<string>();
      const done = drained(studio, ({ running }) => {
        if (running?.words.startsWith("Step")) seen.add(engineChildren().join());
      });
      for (const page of visitors) {
        await page.set("Prompt", "a boat");
        await page.set("Steps", 12);
        page.start("Generate");
        page.start("Generate");
      }
      await done;
      for (const page of visitors) await page.settled();
      expect(visitors.map((page) => page.value("My pictures"))).toMatchObject([{ length: 2 }, { length: 2 }]);
      expect(engineChildren()).toHaveLength(1);
      expect([...seen]).toEqual([engineChildren().join()]);
      await studio.close();
      expect(engineChildren()).toEqual([]);
    },
  );

  test("a whole job with two visitors watching never blocks the event loop of its process for 50 ms", async () => {
    const settings = join(folder, "settings.json");
    const wanted = { previewMethod: "full", savesPictures: true, savesGrids: true, directoryPattern: "" };
    await writeFile(settings, JSON.stringify({ ...defaultSettings, ...wanted }));
    const studio = await openStudio({ model: fixture("sd1"), settings });
    await using app = await openApp(createStudioPage(studio));
    const visitors = [await app.openPage(), await app.openPage()];
    for (const page of visitors) {
      await page.set("Prompt", "a boat");
      await page.set("Width", 1024);
      await page.set("Height", 1024);
      await page.set("Steps", 3);
      await page.set("Batch size", 2);
    }
    const longest = await longestBlockMs(async () => {
      const done = drained(studio);
      for (const page of visitors) page.start("Generate");
      await done;
      for (const page of visitors) await page.settled();
    });
    // Two pictures and their grid, for each.
    expect(visitors.map((page) => page.value("My pictures"))).toMatchObject([{ length: 3 }, { length: 3 }]);
    expect(await readdir(join(folder, "outputs"))).toHaveLength(6);
    expect(longest).toBeLessThan(50);
    await studio.close();
  });
});
