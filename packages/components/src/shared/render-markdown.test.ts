import { describe, expect, test } from "vitest";
import { renderMarkdown } from "./render-markdown.ts";

const render = async (source: string, options = {}) => (await renderMarkdown(source, options)).join("");

describe("renderMarkdown", () => {
  test("gives one sanitised text for each block", async () => {
    expect(await renderMarkdown("# A\n\nb <script>window.attacked=1</script><b onclick=x>c</b>")).toEqual([
      "<h1>A</h1>",
      "<p>b <b>c</b></p>\n",
    ]);
  });

  test("highlights code of a known language and leaves the rest as it is", async () => {
    expect(await render("```ts\nconst a = 1;\n```")).toContain('<span class="hljs-keyword">const</span>');
    expect(await render("```nothing-known\n<b>\n```")).toBe(
      '<pre tabindex="0"><code class="hljs">&lt;b&gt;</code></pre>',
    );
    expect(await render("```__proto__\nx\n```")).toContain(">x</code>");
  });

  test("a line break breaks the line only when asked to", async () => {
    expect(await render("a\nb")).toBe("<p>a\nb</p>\n");
    expect(await render("a\nb", { lineBreaks: true })).toBe("<p>a<br />b</p>\n");
  });

  test("headings link to themselves when asked to, each by an id of its own", async () => {
    const html = await render("# Über uns\n\n# Same\n\n# Same", { headerLinks: true });
    expect(html).toContain('<h1 id="user-content-same">Same <a href="#user-content-same"');
    expect(html).toContain('id="user-content-same-1"');
    expect(html).toContain('id="user-content-ufcber-uns"');
  });

  test("tables scroll by themselves, tasks are ticked", async () => {
    expect(await render("|a|\n|-|\n|1|")).toContain('<div class="vt-md-table" tabindex="0"><table>');
    expect(await render("- [x] done\n- [ ] open")).toMatch(/☑ done[\s\S]*☐ open/);
  });

  test.each([
    " ",
    "<",
    ">",
    "a-",
    ";",
    "\n",
    "*",
    "a_",
    "a**",
    "[",
    "](",
    "> ",
    "- ",
    "|",
    "&",
    "<a ",
    "<!--",
    "<div>",
    "\t",
    "`a",
    "\\",
  ])("100,000 letters of %j are rendered, or shown as they are", async (unit) => {
    const html = await render(unit.repeat(Math.ceil(100_000 / unit.length)));
    expect(html.length).toBeGreaterThanOrEqual(0);
    expect(html).not.toMatch(/<script|onerror/);
  });

  test("quotes and lists nested too deep to be meant are shown as they are", async () => {
    expect(await render(`${">".repeat(5000)} deep`)).toMatch(/^<pre tabindex="0">&gt;&gt;/);
    expect(await render(`${"- ".repeat(500)}deep`)).toMatch(/^<pre tabindex="0">- - /);
    expect(await render("> > > fine")).toMatch(/^<blockquote>/);
  });
});
