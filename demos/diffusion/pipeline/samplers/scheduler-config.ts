import * as v from "valibot";
import { StudioError } from "../../studio-error.ts";
import { predictionTypes } from "../prediction/prediction.ts";
import { betaCurves } from "../schedules/beta-curve.ts";

/** JSON of Python writes absent values as null; both mean "the class's default". */
function optional<Schema extends v.GenericSchema>(schema: Schema) {
  return v.optional(
    v.pipe(
      v.nullable(schema),
      v.transform((value) => value ?? undefined),
    ),
  );
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const flag = optional(v.boolean());

const ConfigSchema = v.object({
  className: optional(v.string()),
  // The noise the model was trained with
  numTrainTimesteps: optional(v.pipe(count, v.minValue(2), v.maxValue(100_000))),
  betaStart: optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  betaEnd: optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  betaSchedule: optional(v.picklist(betaCurves)),
  trainedBetas: optional(v.array(v.number())),
  rescaleBetasZeroSnr: flag,
  predictionType: optional(v.picklist(predictionTypes)),
  // Where the steps lie
  timestepSpacing: optional(v.picklist(["linspace", "leading", "trailing"])),
  timestepType: optional(v.picklist(["discrete", "continuous"])),
  stepsOffset: optional(v.pipe(v.number(), v.integer())),
  interpolationType: optional(v.picklist(["linear", "log_linear"])),
  useKarrasSigmas: flag,
  useExponentialSigmas: flag,
  useBetaSigmas: flag,
  useLuLambdas: flag,
  useFlowSigmas: flag,
  sigmaMin: optional(v.number()),
  sigmaMax: optional(v.number()),
  finalSigmasType: optional(v.picklist(["zero", "sigma_min"])),
  // Python writes minus infinity as -Infinity, which JSON cannot hold; readers turn it into a text.
  lambdaMinClipped: optional(
    v.union([
      v.number(),
      v.pipe(
        v.literal("-Infinity"),
        v.transform(() => -Infinity),
      ),
    ]),
  ),
  originalInferenceSteps: optional(count),
  timestepScaling: optional(v.number()),
  // The solver
  solverOrder: optional(v.pipe(count, v.maxValue(9))),
  solverType: optional(v.string()),
  algorithmType: optional(v.string()),
  predictX0: flag,
  lowerOrderFinal: flag,
  eulerAtFinal: flag,
  disableCorrector: optional(v.array(v.number())),
  skipPrkSteps: flag,
  setAlphaToOne: flag,
  varianceType: optional(v.string()),
  // Keeping the estimate in range
  thresholding: flag,
  dynamicThresholdingRatio: optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  sampleMaxValue: optional(v.number()),
  clipSample: flag,
  clipSampleRange: optional(v.number()),
});

/** A scheduler_config.json in our spelling: `beta_start` is `betaStart`, `_class_name` is `className`. */
export type SchedulerConfig = v.InferOutput<typeof ConfigSchema>;

/**
 * Reads what scheduler_config.json holds; keys may be in Python's spelling or ours, unknown ones are passed over.
 *
 * @throws {StudioError} `SCHEDULER_CONFIG`, naming the key, what was expected and what came.
 */
export function parseSchedulerConfig(json: unknown): SchedulerConfig {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new StudioError("SCHEDULER_CONFIG", {
      message: "A scheduler's configuration is an object of settings.",
    });
  }
  const renamed = Object.fromEntries(Object.entries(json).map(([key, value]) => [toCamelCase(key), value]));
  const result = v.safeParse(ConfigSchema, renamed);
  if (!result.success) {
    const issue = result.issues[0];
    throw new StudioError("SCHEDULER_CONFIG", {
      message: `scheduler_config.json, key ${v.getDotPath(issue) ?? "?"}: expected ${issue.expected}, got ${issue.received}.`,
    });
  }
  assertSupported(result.output);
  return result.output;
}

/** A configuration without a name is PNDM's, as the first Stable Diffusion's. */
export function classNameOf({ className = "PNDMScheduler" }: SchedulerConfig): string {
  return className;
}

function toCamelCase(key: string): string {
  return key.replace(/^_+/, "").replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function assertSupported(config: SchedulerConfig): void {
  if (config.useFlowSigmas === true) {
    throw new StudioError("SCHEDULER_CONFIG", {
      message:
        "Models of flow matching (use_flow_sigmas) are not supported: expected a Stable Diffusion 1, 2 or XL.",
    });
  }
  const grids = [config.useKarrasSigmas, config.useExponentialSigmas, config.useBetaSigmas].filter(Boolean);
  if (grids.length > 1) {
    throw new StudioError("SCHEDULER_CONFIG", {
      message: "Only one of use_karras_sigmas, use_exponential_sigmas and use_beta_sigmas may be true.",
    });
  }
}

/** A setting that must be one of a few words. */
export function oneOf<Word extends string>(key: string, value: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === value);
  if (word !== undefined) return word;
  throw new StudioError("SCHEDULER_CONFIG", {
    message: `scheduler_config.json, key ${key}: expected one of ${words.join(", ")}, got "${value}".`,
  });
}
