import { describe, expect, test } from "vitest";
import { HTML } from "./html.ts";

describe("HTML", () => {
  test("keeps markup and takes out what runs, loads or submits", () => {
    const html = new HTML().postprocess(
      '<h2>Hi</h2><script>x()</script><img src="a.png" onerror="x()"><form action="/x"><b>in</b></form>',
    );
    expect(html).toBe('<h2>Hi</h2><img src="a.png" /><b>in</b>');
  });

  test("keeps classes for the app's own css, and hands styles to the view", () => {
    expect(new HTML().postprocess('<p class="hint" style="color: teal">a</p>')).toBe(
      '<p class="hint" data-vt-style="color: teal">a</p>',
    );
  });

  test("shows nothing for null and refuses what is no text", () => {
    expect(new HTML().postprocess(null)).toBe("");
    expect(() => new HTML({ label: "Card" }).postprocess(5 as unknown as string)).toThrow(
      '"Card" shows HTML text, got 5.',
    );
  });

  test("as an input gives the HTML it shows; its preview is the text in it", () => {
    const html = new HTML();
    expect(html.preprocess("<b>a</b>")).toBe("<b>a</b>");
    expect(html.preview("<p>One <b>two</b></p>")).toEqual({ text: "One two" });
  });
});
