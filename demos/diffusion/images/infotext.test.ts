import { describe, expect, test } from "vitest";
import { buildInfotext, buildPairs, quoteValue } from "./infotext.ts";
import { parseInfotext, readBoolean, withDefaults } from "./parse-infotext.ts";

describe("writing", () => {
  test("puts prompt, negative prompt and parameters on lines of their own, in the original's order", () => {
    const text = buildInfotext({
      prompt: "a quiet harbour,\nat dusk",
      negativePrompt: "people, boats",
      parameters: {
        Version: "v1",
        Seed: 5,
        "Hires upscale": 2,
        Sampler: "Euler a",
        Steps: 20,
        Size: "512x768",
        VAE: null,
      },
    });
    expect(text).toBe(
      "a quiet harbour,\nat dusk\nNegative prompt: people, boats\nSteps: 20, Sampler: Euler a, Seed: 5, Size: 512x768, Hires upscale: 2, Version: v1",
    );
  });

  test("leaves an empty negative prompt and empty parameters out", () => {
    expect(buildInfotext({ prompt: "a", parameters: {} })).toBe("a");
    expect(buildInfotext({ prompt: "", parameters: { Steps: 1 } })).toBe("Steps: 1");
  });

  test("writes booleans as the original does, and a key that equals its value alone", () => {
    expect(
      buildPairs({ Tiling: true, "Pad conds": false, Flip: "Flip", none: undefined, "CFG scale": 7 }),
    ).toBe("Tiling: True, Pad conds: False, Flip, CFG scale: 7");
  });

  test.each([
    ["a, b", '"a, b"'],
    ["x:1", '"x:1"'],
    ['he said "hi"', 'he said "hi"'],
    ["two\nlines", '"two\\nlines"'],
    ["猫", "猫"],
    ["猫, ja", '"猫, ja"'],
    ['"quoted"', '"\\"quoted\\""'],
    [" spaced ", '" spaced "'],
    ["", ""],
  ])("quotes %j as %j", (value, quoted) => {
    expect(quoteValue(value)).toBe(quoted);
  });
});

describe("reading", () => {
  test("takes apart a text of the original", () => {
    const text = `portrait of a (cat:1.2), [day:night:0.5]
second line
Negative prompt: blurry,
bad: hands
Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 965400086, Size: 512x768, Model hash: 6ce0161689, Model: v1-5, Hires prompt: "a cat, asleep: yes", Lora hashes: "x: 1, y: 2", Version: v1.10.1`;
    const { prompt, negativePrompt, parameters } = parseInfotext(text);
    expect(prompt).toBe("portrait of a (cat:1.2), [day:night:0.5]\nsecond line");
    expect(negativePrompt).toBe("blurry,\nbad: hands");
    expect(Object.fromEntries(parameters)).toEqual({
      Steps: "20",
      Sampler: "DPM++ 2M",
      "Schedule type": "Karras",
      "CFG scale": "7",
      Seed: "965400086",
      "Size-1": "512",
      "Size-2": "768",
      "Model hash": "6ce0161689",
      Model: "v1-5",
      "Hires prompt": "a cat, asleep: yes",
      "Lora hashes": "x: 1, y: 2",
      Version: "v1.10.1",
    });
  });

  test("takes a last line of fewer than three pairs for prompt", () => {
    expect(parseInfotext("just a prompt: yes, with colon: x")).toMatchObject({
      prompt: "just a prompt: yes, with colon: x",
      parameters: new Map(),
    });
    expect(parseInfotext("")).toEqual({ prompt: "", negativePrompt: "", parameters: new Map() });
  });

  test("knows a text with Windows line ends, and one that begins with the negative prompt", () => {
    expect(parseInfotext("a\r\nNegative prompt: b\r\nSteps: 1, Seed: 2, Size: 8x8")).toMatchObject({
      prompt: "a",
      negativePrompt: "b",
    });
    expect(parseInfotext("Negative prompt: b\nSteps: 1, Seed: 2, Size: 8x8")).toMatchObject({
      prompt: "",
      negativePrompt: "b",
    });
  });

  test("keeps a quoted value that is broken as it is, and values with single quotes in them", () => {
    const { parameters } = parseInfotext(
      String.raw`Steps: 1, Seed: 2, Note: "bad \x escape", Model: it's "x" here`,
    );
    expect(parameters.get("Note")).toBe(String.raw`"bad \x escape"`);
    expect(parameters.get("Model")).toBe(`it's "x" here`);
  });

  test("knows keys of any alphabet, and no keys of one character", () => {
    const { parameters } = parseInfotext("Größe: 1, x: 2, Steps/s: 3, a-b c: 4");
    expect([...parameters.keys()]).toEqual(["Größe", "Steps/s", "a-b c"]);
  });

  test("a last line of a hundred thousand words is read in one go", () => {
    const line = "word ".repeat(100_000).trim();
    expect(parseInfotext(line).prompt).toBe(line);
    expect(parseInfotext(`aa:"`.repeat(50_000)).parameters.size).toBe(0);
  });
});

describe("there and back", () => {
  const values = [
    "plain",
    "a, b",
    "x: 1",
    'say "hi"',
    '"hi"',
    "two\nlines",
    "back\\slash, too",
    " spaces ",
    "猫, 🐈",
    ",",
    ":",
    '"',
    "12x",
    "",
    '{"a": [1, 2]}',
  ];
  test.each(values)("the value %j survives", (value) => {
    const text = buildInfotext({ prompt: "p", parameters: { Steps: 1, Seed: 2, Note: value, Size: "8x8" } });
    expect(parseInfotext(text).parameters.get("Note")).toBe(value);
  });

  test("prompts of several lines with everything in them survive", () => {
    const prompt = 'a (b:1.2), [c:d:0.5] AND e :0.8\n\n"quoted", key: value\n日本語';
    const negativePrompt = "f\ng: h";
    const text = buildInfotext({ prompt, negativePrompt, parameters: { Steps: 1, Seed: 2, Size: "8x8" } });
    expect(parseInfotext(text)).toMatchObject({ prompt, negativePrompt });
  });
});

describe("what is missing", () => {
  test("has its meaning filled in for pasting", () => {
    const { parameters } = withDefaults(parseInfotext("a\nSteps: 1, Seed: 2, RNG: NV"));
    expect(parameters.get("RNG")).toBe("NV");
    expect(parameters.get("Clip skip")).toBe("1");
    expect(parameters.get("Schedule type")).toBe("Automatic");
    expect(parameters.has("Emphasis")).toBe(false);
  });

  test("is the original emphasis only where a prompt has a weight", () => {
    const emphasis = (prompt: string) => withDefaults(parseInfotext(prompt)).parameters.get("Emphasis");
    expect(emphasis("a (b)")).toBe("Original");
    expect(emphasis("a \\(b\\)")).toBeUndefined();
    expect(emphasis("a\nNegative prompt: [b]")).toBe("Original");
  });
});

test("anything but False and nothing is true", () => {
  expect(["True", "1", "False", "", undefined].map(readBoolean)).toEqual([true, true, false, false, false]);
});
