import { describe, expect, test } from "vitest";
import { Dropdown } from "./dropdown.ts";

const choices = ["a", ["Bee", "b"], 3] as const;

describe("Dropdown", () => {
  test("gives the chosen value, its place, or arrays of them", () => {
    expect(new Dropdown({ choices }).preprocess("b")).toBe("b");
    expect(new Dropdown({ choices, type: "index" }).preprocess("b")).toBe(1);
    expect(new Dropdown({ choices, multiselect: true }).preprocess(["b", 3, "b"])).toEqual(["b", 3]);
    expect(new Dropdown({ choices, multiselect: true, type: "index" }).preprocess(["b", 3])).toEqual([1, 2]);
  });

  test("a custom value is a text, and has no place", () => {
    expect(new Dropdown({ choices, allowCustomValue: true }).preprocess("new")).toBe("new");
    expect(new Dropdown({ choices, allowCustomValue: true, type: "index" }).preprocess("new")).toBeNull();
    expect(() => new Dropdown({ choices, allowCustomValue: true }).preprocess(4)).toThrow(
      expect.objectContaining({ code: "CHOICE_UNKNOWN" }),
    );
  });

  test("refuses a value that is none of the choices, alone or among others", () => {
    expect(() => new Dropdown({ choices }).preprocess("/etc/passwd")).toThrow(
      expect.objectContaining({ code: "CHOICE_UNKNOWN" }),
    );
    expect(() => new Dropdown({ choices, multiselect: true }).preprocess(["a", "z"])).toThrow(
      expect.objectContaining({ code: "CHOICE_UNKNOWN" }),
    );
  });

  test("refuses no choice, unless it is not required", () => {
    expect(() => new Dropdown({ choices }).preprocess(null)).toThrow(
      expect.objectContaining({ code: "VALUE_REQUIRED" }),
    );
    expect(new Dropdown({ choices, required: false }).preprocess(null)).toBeNull();
  });

  test("refuses more than maxChoices", () => {
    expect(() => new Dropdown({ choices, multiselect: true, maxChoices: 1 }).preprocess(["a", "b"])).toThrow(
      expect.objectContaining({ code: "VALUE_OUT_OF_RANGE" }),
    );
    expect(() => new Dropdown({ maxChoices: 0 })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });

  test("begins with the first choice, with nothing for null, with none of several", async () => {
    expect(await new Dropdown({ choices }).initialPayload()).toBe("a");
    expect(await new Dropdown({ choices, value: null }).initialPayload()).toBeNull();
    expect(await new Dropdown({ choices, multiselect: true }).initialPayload()).toEqual([]);
    expect(await new Dropdown({ choices, value: "b" }).initialPayload()).toBe("b");
  });

  test("shows values of its kind only", () => {
    const many = new Dropdown({ choices, multiselect: true });
    expect([many.postprocess("b"), many.postprocess(["b", "a"]), many.postprocess(null)]).toEqual([
      ["b"],
      ["b", "a"],
      [],
    ]);
    expect(() => new Dropdown({ choices }).postprocess(["a"] as never)).toThrow(
      expect.objectContaining({ code: "VALUE_NOT_SHOWN" }),
    );
    expect(() => new Dropdown({ choices }).postprocess("z" as never)).toThrow(
      expect.objectContaining({ code: "VALUE_NOT_SHOWN" }),
    );
  });

  test("other choices count after an update", () => {
    const updated = new Dropdown({ choices }).withOptions({ choices: [["New", "n"]] });
    expect(updated.preprocess("n")).toBe("n");
  });
});
