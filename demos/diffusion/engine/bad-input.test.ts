import { cp, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { boxMask, copyModel, gradient, modelFolder } from "../pipeline/fixtures/models.ts";
import type { GenerateRequest } from "../pipeline/generation/request.ts";
import { StudioError, type StudioErrorCode } from "../studio-error.ts";
import { EngineProcess } from "./engine-process.ts";

/** What came of it: the whole text that a visitor reads. */
interface Refusal {
  readonly code: StudioErrorCode;
  readonly message: string | RegExp;
  readonly hint: string;
}

const engine = new EngineProcess({ model: modelFolder("sd1-layers"), memoryLimit: 2e9 });
afterAll(() => engine.close());

const request: GenerateRequest = { prompt: "a red house", seed: 7, steps: 2, cfgScale: 2 };

async function expectRefusal(attempt: Promise<unknown>, { code, message, hint }: Refusal): Promise<void> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof StudioError)) throw new Error(`It was not refused: ${String(error)}`);
  expect({ code: error.code, hint: error.hint }).toEqual({ code, hint });
  if (typeof message === "string") expect(error.message).toBe(message);
  else expect(error.message).toMatch(message);
}

describe("a model that cannot be loaded is refused, and the engine loads another for the next job", () => {
  const cases: readonly (readonly [string, () => Promise<Damaged>, Refusal])[] = [
    [
      "no folder",
      async () => whole(modelFolder("nowhere")),
      {
        code: "MODEL_FOLDER",
        message: 'Expected a model folder with model_index.json in it; "nowhere" is no folder.',
        hint: "Choose a folder in the diffusers ONNX layout, with model_index.json in it.",
      },
    ],
    [
      "a folder that is no model",
      async () => whole(modelFolder("sd1/unet")),
      {
        code: "MODEL_FOLDER",
        message: 'Expected a model folder with model_index.json in it; "unet" has none.',
        hint: "Choose a folder in the diffusers ONNX layout, with model_index.json in it.",
      },
    ],
    [
      "an ONNX file that is cut off",
      async () => {
        const copy = await copyModel("sd1");
        await truncate(join(copy.folder, "vae_decoder/model.onnx"), 500);
        return copy;
      },
      {
        code: "MODEL_FILE",
        message: "vae_decoder/model.onnx is no ONNX graph, or it is cut off: expected a whole file.",
        hint: "Export the model again, or copy the file anew.",
      },
    ],
    [
      "weights beside a graph that are cut off",
      async () => {
        const copy = await copyModel("old-exporter");
        await truncate(join(copy.folder, "unet/weights.pb"), 100);
        return copy;
      },
      {
        code: "MODEL_FILE",
        message: /^The weights that unet\/model\.onnx keeps in a file beside it are missing or cut off: /,
        hint: "Export the model again, or copy the file anew.",
      },
    ],
    [
      "an operator that no processor has",
      async () => whole(modelFolder("unknown-operator")),
      {
        code: "MODEL_OPERATOR",
        message: "unet/model.onnx uses the operator NhwcConv, which cannot run on a processor.",
        hint: "Bring the plain ONNX export, without optimisation for a graphics card.",
      },
    ],
    [
      "tensors of the wrong shape",
      async () => {
        const copy = await copyModel("sdxl");
        await cp(modelFolder("sd1/unet"), join(copy.folder, "unet"), { recursive: true });
        return copy;
      },
      {
        code: "MODEL_SHAPE",
        message: "unet/model.onnx expects text vectors of 8 numbers; the text encoders give 8 + 8.",
        hint: "Export all parts from the same model, with dynamic sizes.",
      },
    ],
    [
      "a scheduler nobody knows",
      async () => whole(modelFolder("unknown-scheduler")),
      {
        code: "SAMPLER_UNKNOWN",
        message:
          /^Expected one of the schedulers DDIMScheduler, .+, got "FlowMatchEulerDiscreteScheduler"\.$/,
        hint: "Use one of the listed names.",
      },
    ],
  ];

  test.each(cases)("%s", async (_, damage, refusal) => {
    await using damaged = await damage();
    await expectRefusal(engine.load(damaged.folder), refusal);
    await expectRefusal(engine.generate(request), refusal);
    await engine.load(modelFolder("sd1-layers"));
    expect((await engine.generate(request)).pictures).toHaveLength(1);
  });
});

describe("a request that is wrong is refused, and the same engine draws the next", () => {
  const picture = gradient(64, 64);
  const mask = (width: number, height: number) =>
    boxMask({ width, height }, { left: 8, top: 8, right: 24, bottom: 24 });
  const cases: readonly (readonly [string, Partial<GenerateRequest>, Refusal])[] = [
    [
      "a size that is no multiple of 8",
      { width: 100 },
      {
        code: "SIZE_INVALID",
        message: "Expected a width and a height that are multiples of 8, from 8 to 16384, got 100 × 64.",
        hint: "Choose sizes that are multiples of 8, such as 104 × 64.",
      },
    ],
    [
      "a picture too large for memory",
      { width: 16_384, height: 16_384, batchSize: 4 },
      {
        code: "MEMORY_LIMIT",
        message:
          /^A picture of 16384 × 16384 \(8 through the network at once\) needs about \d+ GB beside the model; 2\.0 GB are left\.$/,
        hint: "Choose a smaller picture or fewer at a time.",
      },
    ],
    [
      "no steps",
      { steps: 0 },
      {
        code: "STEPS_INVALID",
        message: "Expected a whole number of steps from 1 to 10000, got 0.",
        hint: "Choose a whole number of steps from 1 to 10000.",
      },
    ],
    [
      "a seed beyond 2³²",
      { seed: 2 ** 32 + 1 },
      {
        code: "SEED_INVALID",
        message: "Expected a seed from 0 to 4294967295, or -1 for a random one, got 4294967297.",
        hint: "Use a whole number from 0 to 4294967295, or -1 for a random one.",
      },
    ],
    [
      "a mask of another size",
      { source: { picture, mask: { picture: mask(32, 64) } } },
      {
        code: "MASK_SIZE",
        message: "Expected a mask of the picture's size, 64 × 64, got 32 × 64.",
        hint: "Draw the mask on the picture it is for.",
      },
    ],
    [
      "an image that is none",
      { source: { picture: new TextEncoder().encode("<html>not found</html>") } },
      {
        code: "IMAGE_INVALID",
        message: "The file is no picture that can be read.",
        hint: "Choose a PNG, JPEG, WebP, GIF, AVIF or TIFF picture.",
      },
    ],
    [
      "a mask that is no image",
      { source: { picture, mask: { picture: new Uint8Array(40) } } },
      {
        code: "IMAGE_INVALID",
        message: "The file is no picture that can be read.",
        hint: "Choose a PNG, JPEG, WebP, GIF, AVIF or TIFF picture.",
      },
    ],
    [
      "more text than anybody reads",
      { prompt: "word ".repeat(50_000) },
      {
        code: "PROMPT_TOO_LONG",
        message: "A prompt may have 200000 characters; this one has 250000.",
        hint: "Shorten the prompt.",
      },
    ],
  ];

  test.each(cases)("%s", async (_, change, refusal) => {
    await engine.info();
    const { pid } = engine;
    await expectRefusal(engine.generate({ ...request, ...change }), refusal);
    expect((await engine.generate(request)).pictures).toHaveLength(1);
    expect(engine.pid).toBe(pid);
  });

  test("latents that stop being numbers, with the step at which they did", async () => {
    await using other = new EngineProcess({ model: modelFolder("not-finite") });
    await other.info();
    const { pid } = other;
    await expectRefusal(other.generate({ ...request, steps: 20 }), {
      code: "LATENT_NOT_FINITE",
      message: "Step 9 of 20: the model answered with numbers that are not finite.",
      hint: "Try fewer guidance or another sampler; a float16 model may need its float32 export.",
    });
    // A single step from the last training step keeps to where this network still answers with numbers.
    const sound = await other.generate({ ...request, steps: 1, sampler: "Euler" });
    expect(sound.pictures).toHaveLength(1);
    expect(other.pid).toBe(pid);
  });
});

test.each([
  ["an empty prompt", ""],
  ["ten thousand words", "word ".repeat(10_000)],
  ["ten thousand words in brackets that never close", "((word [word ".repeat(5000)],
  ["brackets that never close", "((((a [red house (by:the [sea"],
  ["brackets that were never opened", "a house)) ]] :1.3)"],
])("%s is drawn", async (_, prompt) => {
  const { pictures } = await engine.generate({ ...request, prompt, steps: 1 });
  expect(pictures).toHaveLength(1);
});

type Damaged = { readonly folder: string } & AsyncDisposable;

function whole(folder: string): Damaged {
  return { folder, [Symbol.asyncDispose]: async () => {} };
}
