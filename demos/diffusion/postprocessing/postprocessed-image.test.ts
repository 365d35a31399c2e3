import { describe, expect, test } from "vitest";
import { PostprocessedImage } from "./postprocessed-image.ts";

test("a copy shares the hints, has its own info and nametags, and no caption", () => {
  const original = new PostprocessedImage("a");
  Object.assign(original, { caption: "text", disableProcessing: true, nametags: ["x"], info: { A: 1 } });
  original.extraImages.push("more");
  const copy = original.createCopy("b", { nametags: ["y"] });
  copy.info["B"] = 2;
  copy.shared.targetWidth = 64;
  expect(copy).toMatchObject({ image: "b", info: { A: 1, B: 2 }, nametags: ["x", "y"], extraImages: [] });
  expect(copy).toMatchObject({ caption: undefined, disableProcessing: false });
  expect(original).toMatchObject({ info: { A: 1 }, nametags: ["x"], shared: { targetWidth: 64 } });
  expect(original.createCopy("c", { disableProcessing: true }).disableProcessing).toBe(true);
});

describe("suffixes", () => {
  const tagged = (...nametags: string[]) => Object.assign(new PostprocessedImage("a"), { nametags });

  test("of one input do not repeat", () => {
    const used = new Set<string>();
    const suffixes = [tagged(), tagged(), tagged("x"), tagged("x"), tagged("x", "y"), tagged()].map((pp) =>
      pp.getSuffix(used),
    );
    expect(suffixes).toEqual(["", "-1", "-x", "-x-1", "-x-y", "-2"]);
  });

  test("of different inputs start afresh", () => {
    expect([tagged("x").getSuffix(), tagged("x").getSuffix()]).toEqual(["-x", "-x"]);
  });

  test("after a hundred of the same repeat the first", () => {
    const used = new Set<string>();
    const suffixes = Array.from({ length: 102 }, () => tagged("x").getSuffix(used));
    expect(suffixes.slice(98)).toEqual(["-x-98", "-x-99", "-x", "-x"]);
  });
});
