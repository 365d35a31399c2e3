import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { modelFolder } from "../fixtures/models.ts";
import { buildChunks } from "../prompt/chunks.ts";
import { readWeights } from "./onnx-weights.ts";
import { TextEncoder } from "./text-encoder.ts";

const folder = modelFolder("sd1-layers");
let encoder: TextEncoder;
beforeAll(async () => {
  encoder = await TextEncoder.open({ folder, part: "text_encoder", tokenizer: "tokenizer" }, {});
});
afterAll(() => encoder.graph.release());

function chunkOf(text: string) {
  const { special } = encoder.tokenizer;
  return buildChunks([{ kind: "tokens", ids: encoder.tokenizer.encode(text), weight: 1 }], { special })[0]!;
}

test("a layer that clip skip takes gets the final norm of the graph itself", async () => {
  const chunk = chunkOf("a red house");
  const feeds = { input_ids: { data: chunk.ids, dims: [1, 77] } };
  const [last, second] = await encoder.graph.run(feeds, ["last_hidden_state", "hidden_states.2"]);
  const weights = await readWeights(join(folder, "text_encoder/model.onnx"), ["norm.weight", "norm.bias"]);
  const normalised = normalise(second!.data, weights.get("norm.weight")!, weights.get("norm.bias")!);
  expect(largestDifference(normalised, last!.data)).toBeLessThan(1e-5);

  const skipped = await encoder.encode(chunk, { clipSkip: 2, family: "sd1" });
  const [first] = await encoder.graph.run(feeds, ["hidden_states.1"]);
  const expected = normalise(first!.data, weights.get("norm.weight")!, weights.get("norm.bias")!);
  expect(largestDifference(skipped.hidden, expected)).toBeLessThan(1e-5);
});

test("without clip skip the encoder's own last state is taken, and the text in one vector with it", async () => {
  const chunk = chunkOf("a boat");
  const plain = await encoder.encode(chunk, { clipSkip: 1, family: "sd1" });
  const [last] = await encoder.graph.run({ input_ids: { data: chunk.ids, dims: [1, 77] } }, [
    "last_hidden_state",
  ]);
  expect(plain).toMatchObject({ width: 8, hidden: last!.data });
  expect(plain.pooled).toHaveLength(8);
});

test("SDXL takes the layer before the last as it is", async () => {
  const [first] = await encoder.graph.run({ input_ids: { data: chunkOf("a").ids, dims: [1, 77] } }, [
    "hidden_states.1",
  ]);
  const { hidden } = await encoder.encode(chunkOf("a"), { clipSkip: 1, family: "sdxl" });
  expect(hidden).toEqual(first!.data);
});

test("weights are read from a file beside the graph too", async () => {
  const weights = await readWeights(modelFolder("old-exporter/unet/model.onnx"), ["conv", "text"]);
  const inline = await readWeights(modelFolder("sd1/unet/model.onnx"), ["conv", "text"]);
  expect(weights.get("conv")).toHaveLength(4 * 4 * 9);
  expect(weights).toEqual(inline);
});

test("a tokenizer folder that is missing is named", async () => {
  const copy = await mkdtemp(join(tmpdir(), "encoder-"));
  await cp(join(folder, "text_encoder"), join(copy, "text_encoder"), { recursive: true });
  const opened = TextEncoder.open({ folder: copy, part: "text_encoder", tokenizer: "tokenizer" }, {});
  await expect(opened).rejects.toMatchObject({ code: "TOKENIZER_FILE" });
  await rm(copy, { recursive: true });
});

function normalise(values: Float32Array, scale: Float32Array, shift: Float32Array): Float32Array {
  const width = scale.length;
  return values.map((value, i) => {
    const vector = values.subarray(i - (i % width), i - (i % width) + width);
    const mean = vector.reduce((sum, one) => sum + one, 0) / width;
    const variance = vector.reduce((sum, one) => sum + (one - mean) ** 2, 0) / width;
    return ((value - mean) / Math.sqrt(variance + 1e-5)) * scale[i % width]! + shift[i % width]!;
  });
}

function largestDifference(first: Float32Array, second: Float32Array): number {
  return first.reduce((largest, value, i) => Math.max(largest, Math.abs(value - second[i]!)), 0);
}
