import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modelFolder } from "../fixtures/models.ts";
import { loadModel, type DiffusionModel } from "../model/load-model.ts";
import { Conditioner } from "./conditioner.ts";
import { conditionPrompts, type PromptsRequest } from "./prompt-conditioning.ts";

let model: DiffusionModel;
let sdxl: DiffusionModel;
beforeAll(async () => {
  model = await loadModel(modelFolder("sd1-layers"));
  sdxl = await loadModel(modelFolder("sdxl"));
});
afterAll(async () => {
  await model.release();
  await sdxl.release();
});

const options = { clipSkip: 1, emphasis: "Original", commaBacktrack: 20 } as const;
const base: PromptsRequest = {
  prompt: "a house",
  negativePrompt: "",
  steps: 10,
  oldSchedules: false,
  hasComments: true,
  options,
  zeroesEmptyNegative: false,
  usesNegative: true,
  padsToLongest: false,
};
const atOnce = async () => {};
const condition = (change: Partial<PromptsRequest>, conditioner = new Conditioner(model)) =>
  conditionPrompts(conditioner, { ...base, ...change }, atOnce);

describe("texts", () => {
  test("take 77 vectors a chunk, however long they are", async () => {
    const conditioner = new Conditioner(model);
    const short = await conditioner.encode("a house", options);
    expect([short.tokens, short.vectors.length]).toEqual([77, 77 * 8]);
    const long = await conditioner.encode("a house, ".repeat(30), options);
    expect(long.tokens).toBe(3 * 77);
    expect((await conditioner.encode("a house", { ...options, leastChunks: 3 })).tokens).toBe(3 * 77);
  });

  test("are encoded once and kept", async () => {
    const conditioner = new Conditioner(model);
    const first = await conditioner.encode("a house", options);
    expect(await conditioner.encode("a house", options)).toBe(first);
    expect(await conditioner.encode("a house", { ...options, clipSkip: 2 })).not.toBe(first);
  });

  test("of SDXL have both encoders' vectors side by side, and the second's text in one vector", async () => {
    const made = await new Conditioner(sdxl).encode("a house BREAK a tree", options);
    expect([made.tokens, made.vectors.length, made.pooled?.length]).toEqual([154, 154 * 16, 8]);
    const start = await new Conditioner(sdxl).encode("a house", options);
    expect([...made.vectors.subarray(0, 77 * 16)]).toEqual([...start.vectors]);
  });

  test("with weights move their vectors only: the others keep theirs, but for the restored mean", async () => {
    const conditioner = new Conditioner(model);
    const plain = await conditioner.encode("a red house", { ...options, emphasis: "No norm" });
    const weighted = await conditioner.encode("a (red:1.5) house", { ...options, emphasis: "No norm" });
    const changed = Array.from({ length: 77 }, (_, token) => token).filter((token) =>
      plain.vectors.subarray(token * 8, token * 8 + 8).some((v, i) => v !== weighted.vectors[token * 8 + i]),
    );
    // One token "a", then "red"; the start token stands before them.
    expect(changed).toEqual([2]);
  });
});

describe("prompts", () => {
  test("change where their schedule says, and are the same object in between", async () => {
    const { at } = await condition({ prompt: "a [red:blue:5] house" });
    const active = Array.from({ length: 10 }, (_, call) => at(call));
    expect(active.map((one) => active.indexOf(one))).toEqual([0, 0, 0, 0, 0, 0, 6, 6, 6, 6]);
  });

  test("joined by AND have a part each, with its weight", async () => {
    const { at } = await condition({ prompt: "a house :1.2 AND a tree :0.5" });
    expect(at(0).parts.map(({ weight }) => weight)).toEqual([1.2, 0.5]);
    expect(at(0).negative?.tokens).toBe(77);
  });

  test("without guidance need no negative, unless their parts are weighed against it", async () => {
    expect((await condition({ usesNegative: false })).at(0).negative).toBeUndefined();
    expect((await condition({ usesNegative: false, prompt: "a AND b" })).at(0).negative).toBeDefined();
    expect((await condition({ usesNegative: false, prompt: "a :0.5" })).at(0).negative).toBeDefined();
  });

  test("are padded to one length where that is asked for", async () => {
    const lengths = async (padsToLongest: boolean) => {
      const { at } = await condition({ prompt: "a house, ".repeat(20), padsToLongest });
      return [at(0).parts[0]!.conditioning.tokens, at(0).negative!.tokens];
    };
    expect(await lengths(false)).toEqual([154, 77]);
    expect(await lengths(true)).toEqual([154, 154]);
  });

  test("an empty negative becomes zeros for models that were trained so, others do not", async () => {
    const { at } = await condition({ zeroesEmptyNegative: true });
    expect(at(0).negative!.vectors.every((value) => value === 0)).toBe(true);
    const other = await condition({ zeroesEmptyNegative: true, negativePrompt: "boat" });
    expect(other.at(0).negative!.vectors.some((value) => value !== 0)).toBe(true);
  });

  test("can be stopped before every run of the encoder", async () => {
    let runs = 0;
    const stop = async () => {
      if (++runs === 2) throw new Error("enough");
    };
    const work = conditionPrompts(new Conditioner(model), { ...base, prompt: "a BREAK b BREAK c" }, stop);
    await expect(work).rejects.toThrow("enough");
  });
});
