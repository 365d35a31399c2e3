import { describe, expect, test } from "vitest";
import { Radio } from "./radio.ts";

const choices = ["add", ["Take away", "subtract"], 3] as const;

describe("Radio", () => {
  test("gives the chosen value, or its place", () => {
    expect(new Radio({ choices }).preprocess("subtract")).toBe("subtract");
    expect(new Radio({ choices, type: "index" }).preprocess(3)).toBe(2);
  });

  test.each(["/etc/passwd", "Take away", 0, "3"])("refuses %o, which is none of the choices", (payload) => {
    expect(() => new Radio({ choices, label: "Operation" }).preprocess(payload)).toThrow(
      expect.objectContaining({
        code: "CHOICE_UNKNOWN",
        message: `"Operation" expected one of "add", "subtract", 3, got ${JSON.stringify(payload)}.`,
      }),
    );
  });

  test("refuses no choice, unless it is not required", () => {
    expect(() => new Radio({ choices }).preprocess(null)).toThrow(
      expect.objectContaining({ code: "VALUE_REQUIRED" }),
    );
    expect(new Radio({ choices, required: false }).preprocess(null)).toBeNull();
  });

  test("refuses to show a value that is none of the choices", () => {
    expect(() => new Radio({ choices }).postprocess("multiply" as never)).toThrow(
      expect.objectContaining({ code: "VALUE_NOT_SHOWN" }),
    );
  });

  test("other choices count after an update, and the old ones no longer", () => {
    const updated = new Radio({ choices, value: "add" }).withOptions({ choices: ["multiply"] });
    expect(updated.preprocess("multiply")).toBe("multiply");
    expect(() => updated.preprocess("add")).toThrow(expect.objectContaining({ code: "CHOICE_UNKNOWN" }));
    expect(updated.props(() => "b0" as never)["choices"]).toEqual([["multiply", "multiply"]]);
  });

  test.each([[["a", "a"]], [[["only a label"]]], ["abc"], [[NaN]], [[{}]]])(
    "refuses %o as choices",
    (wrong) => {
      expect(() => new Radio({ choices: wrong as never })).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID" }),
      );
    },
  );

  test("its schema names the choices", () => {
    expect(new Radio({ choices }).jsonSchema()).toEqual({
      anyOf: [{ enum: ["add", "subtract", 3] }, { type: "null" }],
    });
  });

  test("a message names ten of many choices", () => {
    const many = Array.from({ length: 500 }, (_, index) => `c${index}`);
    expect(() => new Radio({ choices: many }).preprocess("x".repeat(1000))).toThrow(
      /"c9" and 490 more, got "x{60}…"\.$/,
    );
  });
});
