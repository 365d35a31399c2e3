import { build } from "esbuild";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ChatPayload } from "./chatbot-payload.ts";

/** What the bundled page offers: the view drawn alone, and how often each message was drawn. */
interface Harness {
  draw(payload: ChatPayload, isPending: boolean): void;
  set(payload: ChatPayload): void;
}

/** As strict as the pages of Vitrine. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'; trusted-types vitrine dompurify";

let browser: Browser;
let server: Server;
let page: Page;
let errors: string[] = [];

beforeAll(async () => {
  const bundle = await build({
    stdin: {
      contents: `
        import { drawView } from "../shared/browser/draw-view.ts";
        import View from "./chatbot-view.tsx";
        let view;
        window.harness = {
          draw: (payload, isPending) => { view = drawView(View, { payload, isPending, props: { label: "Chat", info: "Ask anything.", placeholderHtml: "<h2>Ask me</h2>" } }); },
          set: (payload) => view.set(payload),
        };`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    splitting: true,
    format: "esm",
    outdir: "/",
    write: false,
    jsx: "automatic",
    jsxImportSource: "preact",
    conditions: ["@vitrine/source"],
    entryNames: "main",
    // Preact's test helpers look for it.
    define: { "process.env.NODE_ENV": '"test"' },
  });
  const files = new Map(bundle.outputFiles.map((file) => [file.path, file.text]));
  server = createServer((request, response) => {
    const text = files.get(request.url ?? "");
    const isPage = request.url === "/";
    response.setHeader(
      "content-type",
      isPage ? "text/html" : request.url?.endsWith(".css") ? "text/css" : "text/javascript",
    );
    if (isPage) response.setHeader("content-security-policy", policy);
    response.statusCode = isPage || text !== undefined ? 200 : 404;
    response.end(
      isPage
        ? '<!doctype html><link rel="stylesheet" href="/main.css"><script type="module" src="/main.js"></script>'
        : text,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
});

afterAll(async () => {
  await browser.close();
  server.close();
});

beforeEach(async () => {
  await page?.close();
  page = await browser.newPage();
  errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => "harness" in window);
});

async function draw(payload: ChatPayload, isPending = false): Promise<void> {
  await page.evaluate((json) => {
    const given = JSON.parse(json) as { payload: ChatPayload; isPending: boolean };
    (window as unknown as { harness: Harness }).harness.draw(given.payload, given.isPending);
  }, JSON.stringify({ payload, isPending }));
  await page.waitForSelector(".vt-prose");
}

const set = (payload: ChatPayload) =>
  page.evaluate(
    (json) => (window as unknown as { harness: Harness }).harness.set(JSON.parse(json) as ChatPayload),
    JSON.stringify(payload),
  );

test("messages are drawn as sanitised Markdown, within the policy of the page", async () => {
  await draw([
    {
      role: "assistant",
      content: "**bold** <i onclick=alert(1)>i</i> <script>alert(1)</script>\n\n|a|\n|-|\n|1|",
    },
  ]);
  const html = await page.innerHTML(".vt-prose");
  expect(html).toContain("<strong>bold</strong> <i>i</i>");
  expect(html).toContain('<div class="vt-md-table" tabindex="0"><table>');
  expect(html).not.toMatch(/onclick|<script/);
  // Chromium says that a handler would have been stopped while DOMPurify looks at it in a document that never runs.
  expect(errors.filter((error) => !error.startsWith("Executing inline event handler violates"))).toEqual([]);
});

test("a token changes only the last block of the last message, however long the conversation", async () => {
  const long = Array.from({ length: 300 }, (_, index) => ({
    role: index % 2 ? ("assistant" as const) : ("user" as const),
    content: `message ${index}\n\nsecond`,
  }));
  await draw(long, true);
  await page.evaluate(() => {
    const changed: Element[] = [];
    const target = (node: Node) => (node instanceof Element ? node : (node.parentElement as Element));
    new MutationObserver((records) =>
      changed.push(...records.map((record) => target(record.target))),
    ).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    Object.assign(window, { changed });
  });
  for (const text of ["and", "and more", "and more text"]) {
    await set([...long.slice(0, -1), { role: "assistant", content: `message 299\n\nsecond ${text}` }]);
  }
  await page.getByText("second and more text").waitFor();
  const places = await page.evaluate(() => {
    const { changed } = window as unknown as { changed: Element[] };
    const blocks = [...document.querySelectorAll(".vt-prose-block")];
    return [
      ...new Set(changed.map((element) => blocks.indexOf(element.closest(".vt-prose-block") as Element))),
    ];
  });
  expect(places).toEqual([599]);
});

test("what the server has sanitised is drawn within the policy of the page", async () => {
  await draw([]);
  expect(await page.textContent("h2")).toBe("Ask me");
  expect(errors).toEqual([]);
});

test("code is plain while its fence is open, and gets its colours when it closes", async () => {
  await draw([{ role: "assistant", content: "```ts\nconst a = 1;" }]);
  expect(await page.textContent("pre")).toBe("const a = 1;");
  expect(await page.locator(".hljs-keyword").count()).toBe(0);
  await set([{ role: "assistant", content: "```ts\nconst a = 1;\n```" }]);
  await page.waitForSelector(".hljs-keyword");
  expect(await page.textContent("pre")).toBe("const a = 1;");
  expect(await page.textContent(".vt-chat-code-head")).toContain("ts");
  expect(errors).toEqual([]);
});

test("the end stays in sight while text streams, unless the visitor has scrolled away", async () => {
  const text = (lines: number) => [
    {
      role: "assistant" as const,
      content: Array.from({ length: lines }, (_, index) => `line ${index}`).join("\n\n"),
    },
  ];
  const distance = () =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          // Two frames: the size is observed after the layout of the first.
          requestAnimationFrame(() =>
            requestAnimationFrame(() => {
              const box = document.querySelector(".vt-chat-scroll") as HTMLElement;
              resolve(Math.round(box.scrollHeight - box.scrollTop - box.clientHeight));
            }),
          );
        }),
    );
  await draw(text(50));
  expect(await distance()).toBe(0);
  await set(text(80));
  expect(await distance()).toBe(0);
  await page.hover(".vt-chat-scroll");
  await page.mouse.wheel(0, -500);
  await page.getByRole("button", { name: "Jump to latest" }).waitFor();
  const away = await distance();
  await set(text(100));
  expect(await distance()).toBeGreaterThan(away);
  await page.getByRole("button", { name: "Jump to latest" }).click();
  expect(await distance()).toBe(0);
});
