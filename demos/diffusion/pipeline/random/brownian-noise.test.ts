import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { recordedBrownianNoise, recordedBrownianRuns } from "../fixtures/recorded-brownian-noise.ts";
import { sample } from "../samplers/sample.ts";
import { createSolver, samplers } from "../samplers/sampler-table.ts";
import { parseSchedulerConfig } from "../samplers/scheduler-config.ts";
import { BrownianNoise, type BrownianNoiseOptions } from "./brownian-noise.ts";

/** Stable Diffusion 1's levels. */
const levels = { sigmaMin: 0.029167537, sigmaMax: 14.614643 };

test.each(recordedBrownianRuns)("the recorded noise bit for bit: $name", ({ shape, steps, ...options }) => {
  const noise = new BrownianNoise({ ...options, size: shape[1] * shape[2] * shape[3], source: "CPU" });
  for (const { from, to, values, sha256 } of steps) {
    const drawn = noise.between(from, to);
    if (values !== undefined) expect([...drawn]).toEqual(values.map(Math.fround));
    else expect(createHash("sha256").update(drawn).digest("hex")).toBe(sha256);
  }
});

test("a step's noise is the same whatever was asked before", () => {
  const { seeds, shape, steps, ...range } = recordedBrownianNoise("DPM++ SDE, Karras with 6 steps");
  const options = { seeds, size: shape[1] * shape[2] * shape[3], ...range };
  const forwards = new BrownianNoise(options);
  const backwards = new BrownianNoise(options);
  const expected = steps.map(({ from, to }) => forwards.between(from, to));
  expect(steps.toReversed().map(({ from, to }) => backwards.between(from, to))).toEqual(
    expected.toReversed(),
  );
});

test("each picture's noise is the same alone and beside others", () => {
  const beside = createNoise({ seeds: [3, 4] }).between(9, 7);
  expect(beside.subarray(64)).toEqual(createNoise({ seeds: [4] }).between(9, 7));
});

test("parts of a way add up to it", () => {
  const noise = createNoise({});
  const way = (from: number, to: number) =>
    noise.between(from, to).map((value) => value * Math.sqrt(from - to));
  const whole = way(10, 2);
  const parts = [way(10, 7), way(7, 5), way(5, 2)];
  whole.forEach((value, i) => {
    expect(parts.reduce((sum, part) => sum + part[i]!, 0)).toBeCloseTo(value, 4);
  });
});

test.each(["CPU", "NV", "NumPy"])(
  "from %s, every step's noise is standard normal; overlapping ones are alike by the root of their share",
  (source) => {
    const noise = createNoise({ source, size: 20_000 });
    const whole = noise.between(14, 4);
    const part = noise.between(14, 11.5);
    const rest = noise.between(11.5, 4);
    for (const values of [whole, part, rest]) {
      expect(mean(values)).toBeCloseTo(0, 1);
      expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1);
    }
    expect(mean(whole.map((value, i) => value * part[i]!))).toBeCloseTo(0.5, 1);
    expect(mean(whole.map((value, i) => value * rest[i]!))).toBeCloseTo(Math.sqrt(0.75), 1);
    expect(mean(part.map((value, i) => value * rest[i]!))).toBeCloseTo(0, 1);
  },
);

test("levels beyond the schedule's are its ends; two that are one get zeros", () => {
  const noise = createNoise({});
  const beyond = noise.between(14.614645, 5);
  const ends = noise.between(14.614643, 5);
  beyond.forEach((value, i) => expect(value).toBeCloseTo(ends[i]!, 5));
  for (const to of [5, 5.0000004]) {
    expect(noise.between(5, to).every((value) => value === 0)).toBe(true);
  }
});

test.each(samplers.filter(({ isStochastic }) => isStochastic).map(({ name }) => name))(
  "%s walks down along it, each step from where the one before it ended",
  async (name) => {
    const asked: (readonly [number, number])[] = [];
    const solver = createSolver(name, { steps: 8 });
    const noise = createNoise({});
    await sample({
      solver,
      start: new Float32Array(64).fill(14.6),
      noise(from, to) {
        asked.push([from, to]);
        return noise.between(from, to);
      },
      denoise: ({ x, level }) => x.map((value) => (0.5 * value) / (1 + level)),
    });
    expect(asked.every(([from, to]) => to < from)).toBe(true);
    const starts = [...new Set(asked.map(([from]) => from))];
    const ends = new Set(asked.map(([, to]) => to));
    expect(starts.slice(1).every((level) => ends.has(level))).toBe(true);
  },
);

test("DPM++ SDE asks for the intervals the original asks for, to a last digit of the logarithm", async () => {
  const { steps } = recordedBrownianNoise("DPM++ SDE, Karras with 20 steps");
  const asked: { from: number; to: number }[] = [];
  await sample({
    solver: createSolver("DPM++ SDE", { steps: 20, schedule: "Karras" }),
    start: new Float32Array(4),
    noise(from, to) {
      asked.push({ from, to });
      return new Float32Array(4);
    },
    denoise: ({ x }) => x.slice(),
  });
  expect(asked).toHaveLength(steps.length);
  steps.forEach(({ from, to }, i) => {
    expect(Math.abs(asked[i]!.from / from - 1)).toBeLessThan(6e-7);
    expect(Math.abs(asked[i]!.to / to - 1)).toBeLessThan(6e-7);
  });
});

/** diffusers' own check of its SDE scheduler: its loop scales the sample itself at every call, and so does this. */
test("DPM++ SDE over it reaches the sum that diffusers publishes for a run with torchsde", async () => {
  const config = parseSchedulerConfig({
    num_train_timesteps: 1100,
    beta_start: 0.0001,
    beta_end: 0.02,
    beta_schedule: "linear",
  });
  const { sigmas } = createSolver("DPM++ SDE", { steps: 10, schedule: "Karras", config });
  const [sigmaMin, sigmaMax] = [sigmas.at(-2)!, sigmas[0]!];
  const noise = new BrownianNoise({ seeds: [0], size: 768, sigmaMin, sigmaMax, source: "CPU" });
  let x: Float32Array = Float32Array.from(
    { length: 768 },
    (_, i) => (((i % 192) * 4 + Math.floor(i / 192)) / 768) * sigmaMax,
  );
  for (let step = 0; step < 10; step++) {
    x = await sample({
      solver: createSolver("DPM++ SDE", { steps: 1, sigmas: sigmas.slice(step, step + 2), config }),
      start: scaleInput(x, sigmas[step]!),
      noise: (from, to) => noise.between(from, to),
      denoise({ x, level, timestep, isFirst }) {
        const input = isFirst ? x : scaleInput(x, level);
        return input.map((value) => value - level * ((value * timestep) / (timestep + 1)));
      },
    });
  }
  expect(x.reduce((sum, value) => sum + Math.abs(value), 0)).toBeCloseTo(170.3135, 2);
});

function scaleInput(x: Float32Array, sigma: number): Float32Array {
  return x.map((value) => value / Math.hypot(sigma, 1));
}

function createNoise(options: Partial<BrownianNoiseOptions>): BrownianNoise {
  return new BrownianNoise({ seeds: [1], size: 64, ...levels, ...options });
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
