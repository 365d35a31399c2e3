import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { readRecorded } from "../fixtures/read-recorded.ts";
import { NumpyLegacyGenerator } from "./numpy-legacy.ts";
import { scramble } from "./philox.ts";
import { createRandomSource } from "./random-source.ts";
import { TorchCpuGenerator } from "./torch-cpu.ts";

const Stream = v.object({
  seed: v.number(),
  draws: v.array(v.object({ shape: v.array(v.number()), values: v.array(v.number()) })),
});
const Recorded = v.object({
  torch_cpu: v.array(Stream),
  philox: v.array(Stream),
  numpy_randomstate: v.array(Stream),
});
const recorded = v.parse(Recorded, readRecorded("random-sources"));

describe.each([
  ["CPU", recorded.torch_cpu],
  ["NV", recorded.philox],
] as const)("the %s source", (name, streams) => {
  test.each(streams.map((stream) => [`seed ${stream.seed}, ${shapes(stream)}`, stream] as const))(
    "draws the recorded tensors bit for bit: %s",
    (_, stream) => {
      const source = createRandomSource(name, stream.seed);
      for (const draw of stream.draws) {
        expect([...source.normal(draw.values.length)]).toEqual(draw.values.map(Math.fround));
      }
    },
  );
});

test.each(recorded.numpy_randomstate)(
  "NumPy's legacy normals of seed $seed agree to one last bit of a double",
  (stream) => {
    const generator = new NumpyLegacyGenerator(stream.seed);
    for (const draw of stream.draws) {
      const values = generator.standardNormal(draw.values.length);
      values.forEach((value, i) => {
        expect(Math.abs(value - draw.values[i]!)).toBeLessThanOrEqual(Math.abs(draw.values[i]!) * 2 ** -52);
      });
    }
  },
);

test("NumPy's normals rounded to float32 equal the recorded ones", () => {
  for (const stream of recorded.numpy_randomstate) {
    const source = createRandomSource("NumPy", stream.seed);
    for (const draw of stream.draws) {
      expect([...source.normal(draw.values.length)]).toEqual(draw.values.map(Math.fround));
    }
  }
});

test("torch's last partial block is drawn anew over the end of the tensor", () => {
  const values = new TorchCpuGenerator(0).normal(20);
  const expected = [0.5988394618, -1.5550950766, -0.3413603902, 1.8530061245].map(Math.fround);
  expect([...values.subarray(4, 8)]).toEqual(expected);
  expect(values[19]).toBe(Math.fround(0.0537369028));
});

test("a cached half of a small draw survives a large draw of the same generator", () => {
  const generator = new TorchCpuGenerator(0);
  generator.normal(5);
  generator.normal(16);
  expect(generator.normal(3)[0]).toBe(Math.fround(-1.3985954523));
});

test.each([
  { seed: 0, last: -1.0782079697, sum: -124.1126999, squares: 16522.11031 },
  { seed: 42, last: -0.2934060991, sum: 149.76480044, squares: 16516.39987 },
])("torch's latent of 64 × 64 for seed $seed has the known end, sum and sum of squares", (known) => {
  const values = new TorchCpuGenerator(known.seed).normal(4 * 64 * 64);
  expect(values.at(-1)).toBe(Math.fround(known.last));
  expect(total(values, (value) => value)).toBeCloseTo(known.sum, 4);
  expect(total(values, (value) => value * value)).toBeCloseTo(known.squares, 3);
});

test("torch uses the low 32 bits of a seed, NV all of them", () => {
  const seed = 2 ** 32 + 5;
  expect(createRandomSource("CPU", seed).normal(16)).toEqual(createRandomSource("CPU", 5).normal(16));
  const far = createRandomSource("NV", seed).normal(4);
  expect([...far].map((value) => value.toFixed(6))).toEqual([
    "-2.842747",
    "1.340492",
    "0.272231",
    "1.455063",
  ]);
});

test("Philox with key 0 and counter 0 gives the published words", () => {
  const counter = new Uint32Array(4);
  scramble(counter, 0, 0);
  expect([...counter]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
});

test("an unknown source is refused with the names of all", () => {
  expect(() => createRandomSource("GPU", 0)).toThrow(
    expect.objectContaining({
      code: "RANDOM_SOURCE_UNKNOWN",
      message: 'Expected one of the random sources CPU, NV, NumPy, got "GPU".',
    }),
  );
});

test.each([-1, 1.5, 2 ** 53, Number.NaN])("a generator refuses the seed %d", (seed) => {
  expect(() => createRandomSource("NV", seed)).toThrow(expect.objectContaining({ code: "SEED_INVALID" }));
});

function shapes(stream: v.InferOutput<typeof Stream>): string {
  return stream.draws.map((draw) => draw.shape.join("×")).join(" then ");
}

function total(values: Float32Array, term: (value: number) => number): number {
  return values.reduce((sum, value) => sum + term(value), 0);
}
