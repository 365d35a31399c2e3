import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endVisits, openBrowser, ready, type TestBrowser } from "../lib/browser.ts";
import { drawing, generate, press, setNumber, status } from "../lib/studio.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Three processes start in turn, each with a model to load. */
const slow = { timeout: 180_000 };

/** The studio as a user starts it. */
async function startStudio(settings: string) {
  const args = [
    "packages/vitrine/bin/vitrine.mjs",
    "demos/diffusion/app.ts",
    "--port",
    "0",
    "--settings",
    settings,
  ];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text: Buffer) => {
      output += text.toString();
      for (const check of waiting) check();
    });
  }
  const ended = once(child, "close").then(([code]) => code as number | null);
  const printed = (pattern: RegExp, time = 1): Promise<string> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = [...output.matchAll(pattern)][time - 1]?.[1];
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
      void ended.then((code) => reject(new Error(`It ended with ${code}:\n${output}`)));
    });
  return {
    url: (time = 1) => printed(/Running on (\S+)/g, time),
    token: () => printed(/\?admin=(\S+)/g),
    output: () => output,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

describe("the studio's server", () => {
  let browser: TestBrowser;
  let folder: string;
  beforeAll(async () => {
    browser = await openBrowser();
    folder = await mkdtemp(join(tmpdir(), "studio-server-"));
  });
  afterAll(async () => {
    await endVisits();
    await browser[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test(
    "restarts at the same port, pages come back with what was typed and work; then it stops when the job is done",
    slow,
    async () => {
      await using studio = await startStudio(join(folder, "settings.json"));
      const url = await studio.url();
      const token = await studio.token();
      const visitor = await browser.visit(`${url}/`);
      const administrator = await browser.visit(`${url}/?admin=${token}`);
      await generate(visitor, "a lighthouse in snow", 150);
      await drawing(visitor, 150);
      const words = visitor.getByLabel("Prompt", { exact: true });
      await words.fill("typed before the restart");

      await administrator.getByRole("tab", { name: "Settings" }).click();
      await press(administrator, "Restart server");
      expect(await studio.url(2)).toBe(url);
      for (const page of [visitor, administrator]) {
        await page.getByText("A new session began").waitFor();
        await ready(page);
      }
      expect(await words.inputValue()).toBe("typed before the restart");
      await setNumber(visitor, "Steps", 20);
      await visitor.getByRole("button", { name: /^Generate/ }).click();
      await drawing(visitor, 20);
      await status(visitor).getByText("1 picture", { exact: true }).waitFor();
      expect(await visitor.getByRole("textbox", { name: "How it was made" }).inputValue()).toContain(
        "typed before the restart",
      );
      // Who was the administrator is so in the new session too, with the same link.
      await administrator.getByRole("button", { name: "Stop server" }).waitFor();
      expect(await studio.token()).toBe(token);

      await generate(visitor, "the last picture", 25);
      await drawing(visitor, 25);
      await generate(visitor, "one too many", 25);
      await press(administrator, "Stop server");
      expect(await studio.ended).toBe(0);
      await status(visitor).getByText("2 pictures", { exact: true }).waitFor();
      await visitor
        .getByText(/The server is going down, so this was not begun: one too many/)
        .first()
        .waitFor();
      // Printed when it started, each time, and nowhere else.
      expect(studio.output().split(token)).toHaveLength(3);
    },
  );

  test("told to end by the system, it lets the running job end, and ends with 0", async () => {
    await using studio = await startStudio(join(folder, "settings.json"));
    const visitor = await browser.visit(`${await studio.url()}/`);
    await generate(visitor, "a picture that is waited for", 25);
    await drawing(visitor, 25);
    studio.kill("SIGTERM");
    expect(await studio.ended).toBe(0);
    await status(visitor).getByText("1 picture", { exact: true }).waitFor();
  });

  test("arguments and settings that cannot be end it with words and a code, and nothing is left running", async () => {
    const broken = join(folder, "broken.json");
    await writeFile(broken, '{ "previewEverySteps": "often" }');
    await using studio = await startStudio(broken);
    expect(await studio.ended).toBe(1);
    expect(studio.output()).toMatch(
      /The settings in "broken\.json" cannot be used\. previewEverySteps: .*"often"/,
    );
  });
});
