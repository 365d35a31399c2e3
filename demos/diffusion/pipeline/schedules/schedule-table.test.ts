import { expect, test } from "vitest";
import { createNoiseTable, nearestTimestep, sigmaToTimestep, timestepToSigma } from "./noise-table.ts";
import { findSchedule, listLevels, schedules } from "./schedule-table.ts";

const table = createNoiseTable();

function levels(name: string, steps: number, extra: object = {}): Float32Array {
  return listLevels(findSchedule(name).schedule!, { steps, table, ...extra });
}

/** Five steps of Stable Diffusion 1, as the reference implementations give them. */
const five: [string, string][] = [
  ["Uniform", "14.6146 4.08608 1.61558 0.69515 0.0291675 0"],
  ["Normal", "14.6146 4.08608 1.61558 0.69515 0.0291675 0"],
  ["Karras", "14.6146 4.79654 1.2741 0.247952 0.0291675 0"],
  ["Exponential", "14.6146 3.08899 0.652896 0.137998 0.0291675 0"],
  ["Polyexponential", "14.6146 3.08899 0.652896 0.137998 0.0291675 0"],
  ["SGM Uniform", "14.6146 5.09241 2.27973 1.16287 0.571189 0"],
  ["Simple", "14.6146 5.08777 2.27646 1.16058 0.569285 0"],
  ["KL Optimal", "14.6146 2.63289 1.29477 0.711627 0.335638 0.0291675"],
  ["Align Your Steps", "14.615 3.22694 1.396 0.510047 0.029 0"],
  ["DDIM", "5.13443 2.29285 1.16822 0.574051 0.0413145 0"],
  ["Beta", "14.6146 12.0523 7.32191 2.59155 0.0291675 0"],
];

test.each(five)("five %s steps have the levels %s", (name, expected) => {
  expectLevels(levels(name, 5), expected);
});

test.each([
  ["Karras", { discardPenultimate: true }, "14.6146 6.08216 2.23216 0.692574 0.169758 0"],
  ["Uniform", { discardPenultimate: true }, "14.6146 5.09241 2.27973 1.16287 0.571189 0"],
  ["Karras", { sigmaMin: 0.1, sigmaMax: 10 }, "10 4.0701 1.45073 0.432453 0.1 0"],
  ["Align Your Steps", { family: "sdxl" }, "14.615 2.86785 0.862 0.298195 0.029 0"],
])("five %s steps with %j have the levels %s", (name, extra, expected) => {
  expectLevels(levels(name, 5, extra), expected);
});

const named = schedules.filter(({ schedule }) => schedule !== undefined).map(({ label }) => label);

test.each(named.flatMap((label) => [1, 2, 3, 20, 50, 150].map((steps) => [label, steps] as const)))(
  "%s falls at every one of %i steps and ends at 0 or the smallest level",
  (label, steps) => {
    const sigmas = levels(label, steps);
    const isOpen = label === "KL Optimal";
    if (label !== "DDIM") expect(sigmas.length).toBe(steps + 1);
    expect(sigmas.at(-1)).toBe(isOpen ? table.sigmas[0] : 0);
    for (let i = 1; i < sigmas.length; i++) expect(sigmas[i]).toBeLessThan(sigmas[i - 1]!);
  },
);

test("levels and training steps turn into each other", () => {
  for (const timestep of [0, 1, 249.75, 499.5, 998.2, 999]) {
    expect(sigmaToTimestep(table, timestepToSigma(table, timestep))).toBeCloseTo(timestep, 3);
  }
  expect(
    [14.6146, 4.79654, 1.2741, 0.247952, 0.0291675].map((sigma) => nearestTimestep(table, sigma)),
  ).toEqual([999, 786, 427, 59, 0]);
});

test("the table of Stable Diffusion 1 has its known entries", () => {
  const at = [0, 1, 250, 500, 750, 951, 999];
  expect(at.map((t) => Number(table.alphasCumprod[t]!.toPrecision(9)))).toEqual([
    0.999149978, 0.998296022, 0.673792303, 0.276332468, 0.0561698042, 0.00815499853, 0.00466009509,
  ]);
  const sigmas = [0.0291675348, 0.041314479, 0.69579947, 1.6182797, 4.09916544, 11.0283356, 14.6146469];
  at.forEach((t, i) => expect(table.sigmas[t]! / sigmas[i]!).toBeCloseTo(1, 6));
});

test("zero terminal SNR ends in pure noise and keeps the first step", () => {
  const rescaled = createNoiseTable({ rescaleBetasZeroSnr: true }, "zero");
  const known = [
    [0, 0.999149978],
    [1, 0.998233497],
    [250, 0.65245676],
    [500, 0.241018638],
    [750, 0.03279908],
  ] as const;
  for (const [t, alpha] of known) expect(rescaled.alphasCumprod[t]).toBeCloseTo(alpha, 6);
  expect(rescaled.alphasCumprod[998]! / 1.96796e-7).toBeCloseTo(1, 3);
  expect(rescaled.alphasCumprod[999]).toBe(0);
  expect(createNoiseTable({ rescaleBetasZeroSnr: true }).sigmas[999]).toBe(4096);
});

test.each(["linear", "scaled_linear", "squaredcos_cap_v2", "exp", "laplace", "sigmoid"] as const)(
  "the %s curve gives a table that rises all the way",
  (betaSchedule) => {
    const { sigmas } = createNoiseTable({ betaSchedule });
    expect(sigmas.length).toBe(1000);
    expect(sigmas.every((sigma, i) => i === 0 || sigma > sigmas[i - 1]!)).toBe(true);
  },
);

test("betas outside 0 to 1 are refused", () => {
  expect(() => createNoiseTable({ trainedBetas: [0.1, 1.2] })).toThrow(
    expect.objectContaining({ code: "SCHEDULER_CONFIG" }),
  );
});

test("a schedule is found by name, label and alias", () => {
  expect(
    ["sgm_uniform", "SGM Uniform", "SGMUniform", " karras "].map((name) => findSchedule(name).label),
  ).toEqual(["SGM Uniform", "SGM Uniform", "SGM Uniform", "Karras"]);
});

test("an unknown schedule is refused with the names of all", () => {
  expect(() => findSchedule("linear")).toThrow(
    expect.objectContaining({
      code: "SCHEDULE_UNKNOWN",
      message: `Expected one of the schedules ${schedules.map(({ label }) => label).join(", ")}, got "linear".`,
    }),
  );
});

test.each([0, -1, 1.5, Number.NaN])("%d steps are refused", (steps) => {
  expect(() => levels("Karras", steps)).toThrow(expect.objectContaining({ code: "STEPS_INVALID" }));
});

test("levels that do not fall are refused", () => {
  expect(() => levels("Karras", 5, { sigmaMin: 3, sigmaMax: 2 })).toThrow(
    expect.objectContaining({
      code: "SAMPLER_OPTION",
      message: "Expected a smallest noise level above 0 and below the largest, got 3 and 2.",
    }),
  );
});

/** Published with six digits. */
function expectLevels(sigmas: Float32Array, expected: string): void {
  const known = expected.split(" ").map(Number);
  expect(sigmas.length).toBe(known.length);
  known.forEach((level, i) => expect(Math.abs(sigmas[i]! - level)).toBeLessThanOrEqual(6e-6 * level));
}

test.each(["Karras", "Polyexponential"])(
  "%s refuses a curvature under which its levels do not fall",
  (name) => {
    const { schedule, rho: usual } = findSchedule(name);
    const list = (rho: number | undefined) => listLevels(schedule!, { steps: 20, table, rho });
    expect(list(usual)).toHaveLength(21);
    for (const rho of [0, -7, Number.NaN, Infinity]) {
      expect(() => list(rho)).toThrow(
        expect.objectContaining({
          code: "SAMPLER_OPTION",
          message: `Expected a curvature (rho) above 0, got ${rho}.`,
        }),
      );
    }
    expect(() => list(1e-9)).toThrow(
      expect.objectContaining({
        code: "SAMPLER_OPTION",
        message: expect.stringMatching(
          /^Expected a curvature \(rho\) under which 20 noise levels fall from 14\.6.* got 1e-9\.$/,
        ),
      }),
    );
  },
);
