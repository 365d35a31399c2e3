import { expect, test } from "vitest";
import { sample } from "../samplers/sample.ts";
import { createSolver, samplers } from "../samplers/sampler-table.ts";
import { BrownianPath } from "./brownian-path.ts";
import { TorchCpuGenerator } from "./torch-cpu.ts";

const size = 20_000;

function path(seed: number, count = size) {
  const generator = new TorchCpuGenerator(seed);
  const drawn: Float32Array[] = [];
  const brownian = new BrownianPath(() => {
    const noise = generator.normal(count);
    drawn.push(noise);
    return noise;
  });
  return { brownian, drawn };
}

test("intervals that follow each other get the draws themselves", () => {
  const { brownian, drawn } = path(1, 64);
  const given = [brownian.between(10, 5), brownian.between(5, 2), brownian.between(2, 0.1)];
  expect(given).toEqual(drawn);
});

test("a step gets its first part's noise again, and fresh noise for the rest", () => {
  const { brownian, drawn } = path(2, 64);
  const part = brownian.between(10, 5);
  const whole = brownian.between(10, 2);
  expect(drawn).toHaveLength(2);
  const expected = part.map(
    (value, i) => (Math.sqrt(5) * value + Math.sqrt(3) * drawn[1]![i]!) / Math.sqrt(8),
  );
  whole.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
});

test("the parts of a way that is known already add up to it, whichever is asked for first", () => {
  const { brownian } = path(3, 64);
  const way = (from: number, to: number) =>
    brownian.between(from, to).map((value) => value * Math.sqrt(from - to));
  const whole = way(10, 2);
  const middle = way(10, 5);
  const first = way(10, 7);
  const parts = [first, way(7, 5), way(5, 2)];
  whole.forEach((value, i) => {
    expect(parts.reduce((sum, part) => sum + part[i]!, 0)).toBeCloseTo(value, 4);
    expect(parts[0]![i]! + parts[1]![i]!).toBeCloseTo(middle[i]!, 4);
  });
});

test("every interval's noise is standard normal; overlapping ones are alike by the root of their share", () => {
  const { brownian } = path(4);
  const whole = brownian.between(14, 4);
  const part = brownian.between(14, 11.5);
  const rest = brownian.between(11.5, 4);
  for (const noise of [whole, part, rest]) {
    expect(mean(noise)).toBeCloseTo(0, 1);
    expect(mean(noise.map((value) => value ** 2))).toBeCloseTo(1, 1);
  }
  expect(mean(whole.map((value, i) => value * part[i]!))).toBeCloseTo(0.5, 1);
  expect(mean(whole.map((value, i) => value * rest[i]!))).toBeCloseTo(Math.sqrt(0.75), 1);
  expect(mean(part.map((value, i) => value * rest[i]!))).toBeCloseTo(0, 1);
});

test.each(samplers.filter(({ isStochastic }) => isStochastic).map(({ name }) => name))(
  "%s walks along it: one draw for each interval it has not seen",
  async (name) => {
    const { brownian, drawn } = path(5, 64);
    const asked: (readonly [number, number])[] = [];
    await sample({
      solver: createSolver(name, { steps: 8 }),
      start: new TorchCpuGenerator(6).normal(64).map((value) => 14.6 * value),
      noise(from, to) {
        asked.push([from, to]);
        return brownian.between(from, to);
      },
      denoise: ({ x, level }) => x.map((value) => (0.5 * value) / (1 + level)),
    });
    expect(drawn).toHaveLength(asked.length);
    expect(asked.every(([from, to]) => to < from)).toBe(true);
    // Each step sets out where the one before it ended.
    const starts = [...new Set(asked.map(([from]) => from))];
    const ends = new Set(asked.map(([, to]) => to));
    expect(starts.slice(1).every((level) => ends.has(level))).toBe(true);
  },
);

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
