import type { Json } from "@vitrine/core";
import { build } from "esbuild";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import type { DrawnBlock } from "./draw-page.tsx";

const sourceFolder = fileURLToPath(new URL("..", import.meta.url));
const shellCssFolder = fileURLToPath(new URL("../../../client/src/shell/css", import.meta.url));

/** As strict as what the server sends. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; base-uri 'none'; require-trusted-types-for 'script'; trusted-types vitrine dompurify";

interface OpenOptions {
  readonly widthPx?: number;
  readonly colorScheme?: "light" | "dark";
  readonly hasTouch?: boolean;
}

/** Views in real Chromium, under the page's style sheets and its Content-Security-Policy. */
export interface OpenedViews extends AsyncDisposable {
  readonly page: Page;
  /** What the browser complained of: errors, warnings, broken policy. */
  readonly complaints: readonly string[];
  payload(block?: number): Promise<Json>;
  emitted(event: string): Promise<readonly Json[]>;
  /** A function's output reaches a block. */
  output(payload: Json, block?: number): Promise<void>;
  /** What axe finds, in words. */
  axe(): Promise<readonly string[]>;
}

export async function openViews(
  blocks: readonly DrawnBlock[],
  options: OpenOptions = {},
): Promise<OpenedViews> {
  const server = await serve(await bundle(blocks));
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  const context = await browser.newContext({
    viewport: { width: options.widthPx ?? 1280, height: 800 },
    colorScheme: options.colorScheme ?? "light",
    hasTouch: options.hasTouch ?? false,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => void complaints.push(error.message));
  await page.goto(server.address);
  return {
    page,
    complaints,
    payload: (block = 0) =>
      page.evaluate((index): unknown => window.drawn.payloads[index], block) as Promise<Json>,
    emitted: (event) =>
      page.evaluate(
        (name): unknown => window.drawn.emitted.filter((one) => one.event === name).map(({ data }) => data),
        event,
      ) as Promise<readonly Json[]>,
    output: (payload, block = 0) =>
      page.evaluate(`window.drawn.output(${block}, ${JSON.stringify(payload)})`),
    axe: () => findFaults(page),
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

interface Bundle {
  readonly js: string;
  readonly css: string;
}

async function bundle(blocks: readonly DrawnBlock[]): Promise<Bundle> {
  const types = [...new Set(blocks.map(({ type }) => type))];
  const views = types.map((type, index) => `import view${index} from "./${type}/${type}-view.tsx";`);
  const table = types.map((type, index) => `${JSON.stringify(type)}: view${index}`);
  const { outputFiles } = await build({
    stdin: {
      contents: `${views.join("\n")} import { drawPage } from "./testing/draw-page.tsx";
        drawPage({ ${table.join(", ")} }, ${JSON.stringify(blocks)});`,
      resolveDir: sourceFolder,
      loader: "ts",
    },
    bundle: true,
    write: false,
    outdir: "out",
    format: "esm",
    conditions: ["@vitrine/source"],
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "silent",
  });
  const textOf = (ending: string): string =>
    outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  const shellCss = readdirSync(shellCssFolder)
    .toSorted((a, b) => Number(b === "tokens.css") - Number(a === "tokens.css"))
    .map((name) => readFileSync(`${shellCssFolder}/${name}`, "utf8"));
  return { js: textOf(".js"), css: [...shellCss, textOf(".css")].join("\n") };
}

async function serve({ js, css }: Bundle): Promise<AsyncDisposable & { readonly address: string }> {
  const files: Readonly<Record<string, readonly [type: string, content: string]>> = {
    "/": [
      "text/html",
      `<!doctype html><html lang="en"><title>Views</title><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="views.css"><link rel="icon" href="data:,"><body><script type="module" src="views.js"></script></body></html>`,
    ],
    "/views.js": ["text/javascript", js],
    "/views.css": ["text/css", css],
  };
  const server = createServer((request, response) => {
    const [type, content] = files[request.url ?? "/"] ?? ["text/plain", "not found"];
    response.writeHead(200, {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": contentSecurityPolicy,
    });
    response.end(content);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

async function findFaults(page: Page): Promise<readonly string[]> {
  // Evaluated from outside the page, so its policy does not stop it.
  await page.evaluate(readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8"));
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
