import { expect, test } from "vitest";
import { applyStyles, inferStyles, type PromptStyle } from "./styles.ts";

const styles: readonly PromptStyle[] = [
  { name: "oil", prompt: "oil painting of {prompt}, {prompt} in oil", negativePrompt: "photo" },
  { name: "soft", prompt: "soft light", negativePrompt: "" },
  { name: "framed", prompt: "a picture of {prompt}, framed", negativePrompt: "border" },
  { name: "empty", prompt: "", negativePrompt: "" },
];

const pair = (prompt: string, negativePrompt = "") => ({ prompt, negativePrompt });

test.each([
  [pair("a cat"), ["soft"], pair("a cat, soft light")],
  [pair(""), ["soft"], pair("soft light")],
  [pair("a cat", "blur"), ["oil"], pair("oil painting of a cat, a cat in oil", "blur, photo")],
  [pair("a cat"), ["soft", "framed"], pair("a picture of a cat, soft light, framed", "border")],
  [pair("$& $1"), ["framed"], pair("a picture of $& $1, framed", "border")],
  [pair("a cat"), ["unknown", "empty"], pair("a cat")],
])("%o with %o is %o", (prompts, names, expected) => {
  expect(applyStyles(prompts, names, styles)).toEqual(expected);
});

test.each([
  [pair("a cat, soft light"), pair("a cat"), ["soft"]],
  [pair("soft light"), pair(""), ["soft"]],
  [pair("a picture of a cat, soft light, framed", "border"), pair("a cat"), ["soft", "framed"]],
  [
    pair("a picture of a cat, framed", "no style here"),
    pair("a picture of a cat, framed", "no style here"),
    [],
  ],
  [pair("a cat"), pair("a cat"), []],
])("in %o are found %o and %o", (prompts, rest, names) => {
  expect(inferStyles(prompts, styles)).toEqual({ ...rest, names });
});

test("styles that are found again are those that were applied", () => {
  for (const names of [["soft"], ["framed"], ["soft", "framed"], ["framed", "soft"]]) {
    expect(inferStyles(applyStyles(pair("a cat", "dog"), names, styles), styles)).toEqual({
      ...pair("a cat", "dog"),
      names,
    });
  }
});
