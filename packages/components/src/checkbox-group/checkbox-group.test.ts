import { describe, expect, test } from "vitest";
import { CheckboxGroup } from "./checkbox-group.ts";

const choices = ["a", ["Bee", "b"], 3] as const;

describe("CheckboxGroup", () => {
  test("gives the chosen values in the order they were chosen, each once, or their places", () => {
    expect(new CheckboxGroup({ choices }).preprocess([3, "a", 3])).toEqual([3, "a"]);
    expect(new CheckboxGroup({ choices, type: "index" }).preprocess([3, "a"])).toEqual([2, 0]);
  });

  test("refuses a value that is none of the choices", () => {
    expect(() => new CheckboxGroup({ choices }).preprocess(["a", "Bee"])).toThrow(
      expect.objectContaining({ code: "CHOICE_UNKNOWN" }),
    );
  });

  test("shows several values, one, or none", () => {
    const group = new CheckboxGroup({ choices });
    expect([group.postprocess(["a", "b"]), group.postprocess("b"), group.postprocess(null)]).toEqual([
      ["a", "b"],
      ["b"],
      [],
    ]);
  });

  test("refuses to show others", () => {
    expect(() => new CheckboxGroup({ choices }).postprocess(["z"] as never)).toThrow(
      expect.objectContaining({ code: "VALUE_NOT_SHOWN" }),
    );
  });

  test("a table of examples shows labels", () => {
    expect(new CheckboxGroup({ choices }).preview(["b", "a"])).toEqual({ text: "Bee, a" });
  });
});
