import { parsePayload } from "@vitrine/core";
import { describe, expect, test } from "vitest";
import { Markdown } from "./markdown.ts";

describe("Markdown", () => {
  test("sends the page the text and its blocks as HTML, without the indentation of the script", async () => {
    const payload = await new Markdown().postprocess(`
      # Title

      Some *text*.
    `);
    expect(payload).toEqual({
      source: "# Title\n\nSome *text*.",
      html: ["<h1>Title</h1>", "<p>Some <em>text</em>.</p>\n"],
    });
  });

  test("as an input gives the text as it was written", async () => {
    const markdown = new Markdown();
    expect(markdown.preprocess(await markdown.postprocess("**a**"))).toBe("**a**");
  });

  test("text that streams changes only its last block", async () => {
    const markdown = new Markdown();
    const before = await markdown.postprocess("one\n\ntwo\n\nthr");
    const after = await markdown.postprocess("one\n\ntwo\n\nthree");
    expect(after.html.slice(0, 2)).toEqual(before.html.slice(0, 2));
    expect(after.html[2]).toBe("<p>three</p>\n");
  });

  test("HTML beyond Markdown is kept only with sanitizeHtml: false, and even then nothing that runs", async () => {
    const source = '<p class="mine" style="color: red" onclick="x()">a</p><script>x()</script>';
    expect((await new Markdown().postprocess(source)).html).toEqual(["<p>a</p>"]);
    expect((await new Markdown({ sanitizeHtml: false }).postprocess(source)).html).toEqual([
      '<p class="mine" data-vt-style="color: red">a</p>',
    ]);
  });

  test("shows nothing for null and refuses what is no text, naming what came", async () => {
    expect(await new Markdown().postprocess(null)).toEqual({ source: "", html: [] });
    const wrong = { type: "img", props: { dangerouslySetInnerHTML: { __html: "x" } } } as unknown as string;
    await expect(new Markdown({ label: "Text" }).postprocess(wrong)).rejects.toThrow(
      '"Text" shows text, got an object.',
    );
  });

  test("refuses a payload of another shape, and a height that is none", () => {
    expect(() => parsePayload(new Markdown(), "text")).toThrow(/expected an object/);
    expect(() => new Markdown({ height: "high" })).toThrow(/height expected/);
  });
});
