import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "playwright-core";

const paths = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const quietFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Contexts of all visitors of this test file. */
const visits = new Set<BrowserContext>();

/** Every visitor leaves, so that none is there to see a server go down. */
export async function endVisits(): Promise<void> {
  await Promise.all([...visits].map((context) => context.close()));
  visits.clear();
}

/** A real browser. Every page it opens is watched; `[Symbol.asyncDispose]` closes it. */
export interface TestBrowser {
  /** A visitor of their own: another context shares nothing with this one. */
  visit(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** What no page may do: break its Content-Security-Policy, ask another host, or log an error. */
  readonly faults: readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openBrowser(): Promise<TestBrowser> {
  const executablePath = paths.find((path) => path && existsSync(path));
  if (!executablePath)
    throw new Error("No Chromium found: run `npm test`, which installs it, or set CHROMIUM_PATH.");
  const browser: Browser = await chromium.launch({
    executablePath,
    args: quietFlags,
    // In a locale without UTF-8 it cannot read files whose names have other letters than English ones.
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  const faults: string[] = [];
  return {
    faults,
    async visit(url, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      visits.add(context);
      context.on("close", () => visits.delete(context));
      await watch(context, { faults, origin: new URL(url).origin });
      const page = await context.newPage();
      await page.goto(url);
      await ready(page);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
    },
  };
}

/** Waits until the page is connected and may be used. */
export async function ready(page: Page): Promise<void> {
  await page.locator("[data-connection=open]").waitFor({ state: "attached" });
}

interface Watch {
  readonly faults: string[];
  readonly origin: string;
}

async function watch(context: BrowserContext, { faults, origin }: Watch): Promise<void> {
  await context.exposeFunction("reportViolation", (text: string) => void faults.push(`CSP: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const report = (globalThis as unknown as { reportViolation: (text: string) => void }).reportViolation;
      report(
        `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`,
      );
    });
  });
  context.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (/^https?:|^wss?:/.test(protocol) && asked.replace(/^ws/, "http") !== origin)
      faults.push(`Request to ${request.url()}`);
  });
  context.on(
    "weberror",
    (error) => void faults.push(`Page error: ${error.error().stack ?? error.error().message}`),
  );
  context.on("console", (message) => {
    if (message.type() === "error") faults.push(`Console: ${message.text()}`);
  });
}

const axeTags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds on a page, each with the elements it concerns. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const session = await page.context().newCDPSession(page);
  // The page's own policy refuses injected scripts, as it should; a protocol session may go around it.
  await session.send("Runtime.evaluate", { expression: source });
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, { runOnly: ${JSON.stringify(axeTags)} }).then((results) => JSON.stringify(results.violations.map((found) => found.id + ": " + found.nodes.map((node) => node.html.slice(0, 160) + " | " + node.failureSummary).join(" ; "))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(String(result.value)) as string[];
}
