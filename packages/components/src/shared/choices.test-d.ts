import type { InputValues } from "@vitrine/core";
import { describe, expectTypeOf, test } from "vitest";
import { CheckboxGroup } from "../checkbox-group/checkbox-group.ts";
import { Dropdown } from "../dropdown/dropdown.ts";
import { Number } from "../number/number.ts";
import { Radio } from "../radio/radio.ts";
import type { ChoiceValue } from "./choices.ts";

/** What a function receives for a component. */
function received<TComponent>(_component: TComponent): InputValues<TComponent>[0] {
  return undefined as never;
}

describe("what functions receive for choices", () => {
  test("the values themselves", () => {
    expectTypeOf(received(new Radio({ choices: ["add", "subtract"] }))).toEqualTypeOf<"add" | "subtract">();
    expectTypeOf(received(new Radio({ choices: [["Plus", "+"], ["Three", 3], "-"] }))).toEqualTypeOf<
      "+" | 3 | "-"
    >();
    expectTypeOf(received(new CheckboxGroup({ choices: ["a", "b"] }))).toEqualTypeOf<("a" | "b")[]>();
    expectTypeOf(received(new Dropdown({ choices: ["a", "b"] }))).toEqualTypeOf<"a" | "b">();
    expectTypeOf(received(new Dropdown({ choices: ["a", "b"], multiselect: true }))).toEqualTypeOf<
      ("a" | "b")[]
    >();
  });

  test("numbers for type index", () => {
    expectTypeOf(received(new Radio({ choices: ["a", "b"], type: "index" }))).toEqualTypeOf<number>();
    expectTypeOf(received(new CheckboxGroup({ choices: ["a"], type: "index" }))).toEqualTypeOf<number[]>();
    expectTypeOf(
      received(new Dropdown({ choices: ["a"], type: "index", allowCustomValue: true })),
    ).toEqualTypeOf<number | null>();
  });

  test("null only where it is not required", () => {
    expectTypeOf(received(new Number())).toEqualTypeOf<number>();
    expectTypeOf(received(new Number({ required: false }))).toEqualTypeOf<number | null>();
    expectTypeOf(received(new Radio({ choices: ["a"], required: false }))).toEqualTypeOf<"a" | null>();
    expectTypeOf(received(new Dropdown({ choices: ["a"], required: false }))).toEqualTypeOf<"a" | null>();
  });

  test("any text with custom values, any choice for lists made at run time", () => {
    expectTypeOf(received(new Dropdown({ choices: ["a", 1], allowCustomValue: true }))).toEqualTypeOf<
      string | 1
    >();
    const names: string[] = [];
    expectTypeOf(received(new Radio({ choices: names }))).toEqualTypeOf<string>();
    expectTypeOf(received(new Radio())).toEqualTypeOf<ChoiceValue>();
  });
});

test("a first value must be one of the choices", () => {
  new Radio({ choices: ["a", "b"], value: "a" });
  // @ts-expect-error "c" is no choice
  new Radio({ choices: ["a", "b"], value: "c" });
  // @ts-expect-error several are not one
  new Dropdown({ choices: ["a", "b"], value: ["a"] });
  new Dropdown({ choices: ["a", "b"], value: ["a"], multiselect: true });
});
