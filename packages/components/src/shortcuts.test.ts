import { App, type State, type VitrineError } from "@vitrine/core";
import { expect, test } from "vitest";
import { CheckboxGroup } from "./checkbox-group/checkbox-group.ts";
import { componentFromShortcut } from "./shortcuts.ts";
import { Textbox } from "./textbox/textbox.ts";

test("a name gives a component; underscores and capitals make no difference", () => {
  for (const name of ["checkboxgroup", "checkbox_group", "CheckboxGroup"]) {
    expect(componentFromShortcut(name)).toBeInstanceOf(CheckboxGroup);
  }
  expect(componentFromShortcut("text")).toBeInstanceOf(Textbox);
  expect(componentFromShortcut("textarea").options).toMatchObject({ lines: 7 });
});

test("state begins as undefined", () => {
  const state = componentFromShortcut("state") as State<unknown>;
  expect(state.decodeValue(state.initialEncoded())).toBeUndefined();
});

test("inside a build callback the component waits to be placed", () => {
  const app = new App(() => void componentFromShortcut("text"));
  expect(app.children).toEqual([]);
});

test.each(["texxt", "", "__proto__", "constructor", "toString"])(
  "%j is refused with the names there are",
  (name) => {
    expect(() => componentFromShortcut(name)).toThrow(
      expect.objectContaining({
        code: "UNKNOWN_SHORTCUT",
        message: expect.stringContaining('"textbox"'),
      }) as VitrineError,
    );
  },
);
