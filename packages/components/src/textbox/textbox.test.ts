import { describe, expect, test } from "vitest";
import { TextArea } from "./text-area.ts";
import { Textbox, type TextValue } from "./textbox.ts";

const idOf = () => "b0" as never;

describe("Textbox", () => {
  test("shows text as it is, numbers and booleans as text, null as nothing", () => {
    const values: TextValue[] = ["a\n b", 5, false, 10n, null];
    expect(values.map((value) => new Textbox().postprocess(value))).toEqual([
      "a\n b",
      "5",
      "false",
      "10",
      "",
    ]);
  });

  test("refuses to show an object, naming the label", () => {
    expect(() => new Textbox({ label: "Name" }).postprocess({ a: 1 } as never)).toThrow(
      '"Name" shows text, got an object.',
    );
  });

  test("an empty text reaches the function, unless it is required", () => {
    expect(new Textbox().preprocess("")).toBe("");
    expect(() => new Textbox({ required: true }).preprocess(" \n")).toThrow(
      expect.objectContaining({ code: "VALUE_REQUIRED" }),
    );
  });

  test("a text longer than maxLength is refused, whatever the page let through", () => {
    expect(new Textbox({ maxLength: 3 }).preprocess("abc")).toBe("abc");
    expect(() => new Textbox({ maxLength: 3 }).preprocess("abcd")).toThrow(
      '"textbox" expected at most 3 characters, got 4.',
    );
  });

  test.each([{ lines: 0 }, { maxLines: 1.5 }, { maxLength: -1 }])(
    "refuses %o when it is constructed",
    (options) => {
      expect(() => new Textbox(options)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    },
  );

  test("only known attributes reach the input", () => {
    const htmlAttributes = { lang: "de", spellcheck: false, onclick: "alert(1)" };
    expect(new Textbox({ htmlAttributes }).props(idOf)["htmlAttributes"]).toEqual({
      lang: "de",
      spellcheck: false,
    });
  });

  test("a password has one line and is not shown among examples", () => {
    const password = new Textbox({ type: "password", lines: 4 });
    expect(password.props(idOf)).toMatchObject({ lines: 1, maxLines: 1 });
    expect(password.preview("secret")).toEqual({ text: "••••••" });
  });

  test("grows to twenty lines, or as many as it has", () => {
    expect(new Textbox().props(idOf)).toMatchObject({ lines: 1, maxLines: 20 });
    expect(new Textbox({ lines: 30 }).props(idOf)).toMatchObject({ lines: 30, maxLines: 30 });
  });

  test("a TextArea is a Textbox of seven lines", () => {
    expect(new TextArea({ label: "Letter" }).props(idOf)).toMatchObject({ label: "Letter", lines: 7 });
    expect(new TextArea().withOptions({ lines: 2 }).props(idOf)).toMatchObject({ lines: 2 });
  });
});
