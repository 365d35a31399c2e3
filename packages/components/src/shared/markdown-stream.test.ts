import { describe, expect, test } from "vitest";
import { MarkdownStream } from "./markdown-stream.ts";

const samples = [
  "# Title\n\nSome *text* with `code`.\n\n- a\n- b\n\n  more of b\n\n1. one\n2. two\n\n> quote\ncontinued\n\n```ts\nconst a = 1;\n\nconst b = 2;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nlast",
  "Setext\n===\n\npara\nwith lines\n\n    indented\n\n    still code\n\n- loose\n\n- list\n\nend",
  "[a] and [b]\n\ntext [a]\n\n[a]: http://a.test\n\nmore [b]\n\n[b]: http://b.test\n\nend [a]",
  "before\n\n<div>\n\n**inside**\n\n</div>\n\nafter",
  "a\r\n\r\nb\rc\n\n~~~\nopen fence\n```\n\nstill in it",
  "a\n\n<details>\n<summary>s</summary>\n\n**b**\n\n</details>\n\nc\n\n<p>whole</p>\n\n<br>\n\nd",
  "- item\n\n      code in item\n\n  para\n\n* other list\n\n***\n\n* * *\ntext",
];

describe("MarkdownStream", () => {
  test.each(samples)(
    "text that arrives letter by letter gives the same parts as the whole text",
    (source) => {
      const stream = new MarkdownStream();
      for (let length = 1; length <= source.length; length++) {
        const text = source.slice(0, length);
        expect(stream.update(text)).toEqual(new MarkdownStream().update(text));
      }
    },
  );

  test("complete blocks stay the same objects while the last one grows", () => {
    const stream = new MarkdownStream();
    const before = stream.update("one\n\ntwo\n\nthr");
    const after = stream.update("one\n\ntwo\n\nthree\n\nfour");
    expect(after.map((part) => before.includes(part))).toEqual([true, true, false, false]);
  });

  test("text that was changed, not continued, is parsed anew", () => {
    const stream = new MarkdownStream();
    stream.update("one\n\ntwo");
    expect(stream.update("eins\n\nzwei").map((part) => part.raw.trim())).toEqual(["eins", "zwei"]);
  });

  test("a definition at the end turns text before it into a link", () => {
    const stream = new MarkdownStream();
    stream.update("see [docs]\n\nmore");
    expect(JSON.stringify(stream.update("see [docs]\n\nmore\n\n[docs]: /docs"))).toContain(
      '<a href=\\"/docs\\">docs</a>',
    );
  });

  test("code that stands alone is a part of its own, and knows whether its fence is closed", () => {
    const stream = new MarkdownStream();
    expect(stream.update("```py\nx = 1")).toMatchObject([
      { kind: "code", language: "py", text: "x = 1", isClosed: false },
    ]);
    expect(stream.update("```py\nx = 1\n```")).toMatchObject([
      { kind: "code", language: "py", text: "x = 1", isClosed: true },
    ]);
  });

  test("tags that open in one block and close in another are drawn as one, and what stands around them apart", () => {
    const parts = new MarkdownStream().update(
      "before\n\n<div>\n\n**a**\n\n</div>\n\nafter\n\n<p>own</p>\n\nend",
    );
    expect(parts.map((part) => part.raw.trim())).toEqual([
      "before",
      "<div>\n\n**a**\n\n</div>",
      "after",
      "<p>own</p>",
      "end",
    ]);
    expect(parts[1]).toMatchObject({
      unsafeHtml: expect.stringMatching(/<div>\s*<p><strong>a<\/strong><\/p>\s*<\/div>/),
    });
  });
});
