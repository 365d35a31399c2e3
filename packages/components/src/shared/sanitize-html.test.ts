import { build } from "esbuild";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { markdownProfile, pageProfile, type HtmlProfile } from "./allowed-html.ts";
import { hostileHtml } from "./fixtures/hostile-html.ts";
import { sanitizeHtml } from "./sanitize-html.ts";

/** What a page found when it had put HTML into itself and pressed everything in it. */
interface Finding {
  readonly attacked: boolean;
  readonly tags: readonly string[];
  readonly attributes: readonly string[];
  readonly urls: readonly string[];
}

let browser: Browser;
let page: Page;

beforeAll(async () => {
  const bundle = await build({
    stdin: {
      contents: `import { sanitizeInBrowser } from "./browser/sanitize-in-browser.ts"; window.sanitize = (html) => String(sanitizeInBrowser(html));`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: "iife",
  });
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  page = await browser.newPage();
  await page.route("**/*", (route) => route.abort());
  await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? "" });
});

afterAll(() => browser.close());

const sanitizeInPage = (html: string) =>
  page.evaluate((text) => (window as unknown as { sanitize(html: string): string }).sanitize(text), html);

function tryInPage(html: string): Promise<Finding> {
  return page.evaluate(async (text) => {
    const box = document.body.appendChild(document.createElement("div"));
    box.innerHTML = text;
    const elements = [...box.querySelectorAll<HTMLElement>("*")];
    const attributes = elements.flatMap((element) =>
      [...element.attributes].map(({ name, value }) => `${element.localName} ${name}=${value}`),
    );
    const urls = elements.flatMap((element) =>
      ["href", "src"].flatMap((name) => element.getAttribute(name) ?? []),
    );
    for (const element of elements) {
      element.addEventListener("click", (event) => event.preventDefault());
      element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
    box.remove();
    return {
      attacked: "attacked" in window,
      tags: elements.map((element) => element.localName),
      attributes,
      urls,
    };
  }, html);
}

function expectHarmless(found: Finding, profile: HtmlProfile): void {
  expect(found.attacked).toBe(false);
  expect(found.tags.filter((tag) => !profile.tags.includes(tag) && tag !== "tbody")).toEqual([]);
  expect(
    found.attributes.filter((attribute) =>
      / (on\w+|style|srcdoc|formaction|action|name|xlink:href|is(?==.)|slot|part)=/.test(attribute),
    ),
  ).toEqual([]);
  expect(
    found.attributes.filter(
      (attribute) => / id=/.test(attribute) && !/ id=user-content-[\w-]+$/.test(attribute),
    ),
  ).toEqual([]);
  expect(
    found.attributes.filter(
      (attribute) =>
        / (target|rel)=/.test(attribute) && !/ (target=_blank|rel=noopener noreferrer)$/.test(attribute),
    ),
  ).toEqual([]);
  expect(found.urls.filter((url) => /^[\s\p{C}]*(java\s*script|vbscript|data:text)/iu.test(url))).toEqual([]);
}

describe.each(hostileHtml)("%s", (html) => {
  test("is harmless after the server's sanitiser, for Markdown and for the HTML component", async () => {
    expectHarmless(await tryInPage(sanitizeHtml(html, markdownProfile)), markdownProfile);
    expectHarmless(await tryInPage(sanitizeHtml(html, pageProfile)), pageProfile);
  });

  test("is harmless after the browser's sanitiser", async () => {
    expectHarmless(await tryInPage(await sanitizeInPage(html)), markdownProfile);
  });
});

test("markup of Markdown stands classes of the page's own parts in nobody's hands", async () => {
  const posing = '<div class="vt-button hljs-keyword" data-part="error" role="alert">a</div>';
  expect(sanitizeHtml(posing, markdownProfile)).toBe('<div class="hljs-keyword">a</div>');
  expect(await sanitizeInPage(posing)).toBe('<div class="hljs-keyword">a</div>');
});

test.each([
  '<p>Text with <b>bold</b>, <code class="hljs language-ts"><span class="hljs-title function_">f</span></code> and <a href="/a?b=c#d">a link</a>.</p>',
  '<h2 id="user-content-part-1">Part</h2>',
  '<pre tabindex="0"><code>x</code></pre>',
  '<div class="vt-md-table" tabindex="0"><table><thead><tr><th align="center">a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table></div>',
  '<a href="https://example.test/" target="_blank" rel="noopener noreferrer">out</a>',
  '<a href="mailto:a@b.test">mail</a>',
])("keeps what Markdown makes, on both sides: %s", async (html) => {
  expect(sanitizeHtml(html, markdownProfile)).toBe(html);
  expect(await sanitizeInPage(html)).toBe(html);
});

test("the HTML component keeps drawings, media, classes and styles, which wait for the view", () => {
  expect(sanitizeHtml('<svg viewBox="0 0 9 9"><circle r="4" fill="red"/></svg>', pageProfile)).toBe(
    '<svg viewbox="0 0 9 9"><circle r="4" fill="red"></circle></svg>',
  );
  expect(sanitizeHtml('<video controls src="files/a.mp4"></video>', pageProfile)).toBe(
    '<video controls src="files/a.mp4"></video>',
  );
  expect(
    sanitizeHtml('<p class="mine" style="color: red; position: fixed; width: 40%">a</p>', pageProfile),
  ).toBe('<p class="mine" data-vt-style="color: red; width: 40%">a</p>');
});
