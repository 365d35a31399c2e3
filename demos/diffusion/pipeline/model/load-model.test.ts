import { appendFile, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { copyModel, modelFolder } from "../fixtures/models.ts";
import { loadModel } from "./load-model.ts";

describe("a folder is read as its graphs declare it", () => {
  test("Stable Diffusion 1 as Optimum exports it", async () => {
    const model = await loadModel(modelFolder("sd1"));
    expect(model).toMatchObject({ name: "sd1", family: "sd1", schedulerClass: "PNDMScheduler" });
    expect(model.unet).toMatchObject({
      inputChannels: 4,
      textWidth: 8,
      sideMultiple: 8,
      takesPooledText: false,
    });
    expect(model.autoencoder).toMatchObject({ channels: 4, factor: 8, scale: 0.18215 });
    expect(model.textEncoders[0]!.mostClipSkip).toBe(1);
    await model.release();
  });

  test("SDXL: two encoders side by side, sizes and a pooled text", async () => {
    const model = await loadModel(modelFolder("sdxl"));
    expect(model.family).toBe("sdxl");
    expect(model.textEncoders.map(({ tokenizer }) => tokenizer.special.pad)).toEqual([119, 0]);
    expect(model.unet).toMatchObject({
      textWidth: 16,
      takesPooledText: true,
      timeIdCount: 6,
      sideMultiple: 4,
    });
    await model.release();
  });

  test("an inpainting model takes nine channels, a distilled one its guidance", async () => {
    const inpaint = await loadModel(modelFolder("inpaint"));
    expect(inpaint.unet.inputChannels).toBe(9);
    await inpaint.release();
    const lcm = await loadModel(modelFolder("lcm"));
    expect(lcm.unet.guidanceWidth).toBe(256);
    await lcm.release();
  });

  test("the hidden states that a graph exports give the range of clip skip", async () => {
    const model = await loadModel(modelFolder("sd1-layers"));
    expect(model.textEncoders[0]!.mostClipSkip).toBe(2);
    await model.release();
  });
});

describe("a folder that is wrong says which file and what was expected", () => {
  test("no folder, or none with model_index.json", async () => {
    await expect(loadModel(modelFolder("nowhere"))).rejects.toMatchObject({
      code: "MODEL_FOLDER",
      message: 'Expected a model folder with model_index.json in it; "nowhere" is no folder.',
    });
    await expect(loadModel(modelFolder("."))).rejects.toMatchObject({
      code: "MODEL_FOLDER",
      message: 'Expected a model folder with model_index.json in it; "models" has none.',
    });
  });

  test.each([
    ["unet/model.onnx", "MODEL_FILE", "Expected the file unet/model.onnx; it is missing."],
    ["vae_decoder/model.onnx", "MODEL_FILE", "Expected the file vae_decoder/model.onnx; it is missing."],
    ["text_encoder/model.onnx", "MODEL_FILE", "Expected the file text_encoder/model.onnx; it is missing."],
    [
      "scheduler/scheduler_config.json",
      "MODEL_FILE",
      "Expected the file scheduler/scheduler_config.json; it is missing.",
    ],
    ["tokenizer/merges.txt", "TOKENIZER_FILE", /merges.txt is missing/],
  ])("without %s", async (file, code, message) => {
    await using copy = await copyModel("sd1");
    await rm(join(copy.folder, file));
    await expect(loadModel(copy.folder)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("a graph that is cut off", async () => {
    await using copy = await copyModel("sd1");
    await truncate(join(copy.folder, "unet/model.onnx"), 700);
    await expect(loadModel(copy.folder)).rejects.toMatchObject({
      code: "MODEL_FILE",
      message: "unet/model.onnx is no ONNX graph, or it is cut off: expected a whole file.",
    });
  });

  test("weights beside a graph that are missing or cut off", async () => {
    await using missing = await copyModel("old-exporter");
    await rm(join(missing.folder, "unet/weights.pb"));
    await expect(loadModel(missing.folder)).rejects.toMatchObject({
      code: "MODEL_FILE",
      message: expect.stringMatching(/^The weights that unet\/model\.onnx keeps in a file beside it/),
    });
    await using cut = await copyModel("old-exporter");
    await truncate(join(cut.folder, "unet/weights.pb"), 100);
    await expect(loadModel(cut.folder)).rejects.toMatchObject({ code: "MODEL_FILE" });
  });

  test("an operator that no processor has", async () => {
    await expect(loadModel(modelFolder("unknown-operator"))).rejects.toMatchObject({
      code: "MODEL_OPERATOR",
      message: "unet/model.onnx uses the operator NhwcConv, which cannot run on a processor.",
    });
  });

  test("a scheduler that nobody knows", async () => {
    await expect(loadModel(modelFolder("unknown-scheduler"))).rejects.toMatchObject({
      code: "SAMPLER_UNKNOWN",
      message: expect.stringContaining('got "FlowMatchEulerDiscreteScheduler"'),
    });
  });

  test("parts of two different models", async () => {
    await using copy = await copyModel("sdxl");
    await cp(modelFolder("sd1/unet"), join(copy.folder, "unet"), { recursive: true });
    await expect(loadModel(copy.folder)).rejects.toMatchObject({
      code: "MODEL_SHAPE",
      message: "unet/model.onnx expects text vectors of 8 numbers; the text encoders give 8 + 8.",
    });
  });

  test("a graph of another kind in a part's place", async () => {
    await using copy = await copyModel("sd1");
    await cp(modelFolder("sd1/vae_decoder/model.onnx"), join(copy.folder, "unet/model.onnx"));
    await expect(loadModel(copy.folder)).rejects.toMatchObject({
      code: "MODEL_SHAPE",
      message: expect.stringContaining("got latent_sample"),
    });
  });

  test("a text encoder that wants more than tokens", async () => {
    await using copy = await copyModel("sd1");
    const path = join(copy.folder, "text_encoder/model.onnx");
    // Messages that follow one another are one: this adds the input attention_mask, int64 of two free sides.
    const name = Buffer.from("attention_mask");
    const type = [0x12, 10, 0x0a, 8, 0x08, 7, 0x12, 4, 0x0a, 0, 0x0a, 0];
    const input = [0x0a, name.length, ...name, ...type];
    const graph = [0x5a, input.length, ...input];
    await appendFile(path, Buffer.from([0x3a, graph.length, ...graph]));
    await expect(loadModel(copy.folder)).rejects.toMatchObject({
      code: "MODEL_SHAPE",
      message: expect.stringMatching(
        /^text_encoder\/model\.onnx: expected the input input_ids, no others, .* got inputs input_ids, attention_mask and/,
      ),
    });
  });

  test("a configuration that is no JSON, or holds the wrong kind of value", async () => {
    await using copy = await copyModel("sd1");
    const path = join(copy.folder, "unet/config.json");
    await writeFile(path, '{"in_channels": "four"}');
    await expect(loadModel(copy.folder)).rejects.toMatchObject({
      code: "MODEL_CONFIG",
      message: expect.stringMatching(
        /^unet\/config\.json, key in_channels: expected .*number.*, got "four"\.$/,
      ),
    });
    await writeFile(path, (await readFile(modelFolder("sd1/unet/config.json"), "utf8")).slice(0, 40));
    await expect(loadModel(copy.folder)).rejects.toMatchObject({
      code: "MODEL_CONFIG",
      message: "unet/config.json is no JSON: expected a whole file.",
    });
  });
});
