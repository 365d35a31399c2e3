import { expect, test } from "vitest";
import { recordedBrownianNoise } from "../fixtures/recorded-brownian-noise.ts";
import { createSolver } from "../samplers/sampler-table.ts";
import { createPathNoise } from "./path-noise.ts";

const { seeds, steps } = recordedBrownianNoise("the last half of an exponential schedule");

test.each([0, 4])("with %d steps left out, the last ones have the noise of the whole schedule", (skip) => {
  const solver = createSolver("DPM++ 2M SDE", { steps: 8, schedule: "Exponential", skip });
  const noise = createPathNoise({ solver, seeds, size: 64, source: "CPU" });
  for (const { from, to, values } of steps) {
    // The recorded schedule ends a last digit lower.
    noise(from, to).forEach((value, i) => expect(value).toBeCloseTo(values![i]!, 5));
  }
});

test("a new pass begins anew", () => {
  const solver = createSolver("DPM++ SDE", { steps: 4 });
  const passes = [1, 2].map(() => createPathNoise({ solver, seeds, size: 64, source: "NV" }));
  const [first, second] = passes.map((noise) => noise(9, 7));
  expect(second).toEqual(first);
});
