import { StudioError } from "../../studio-error.ts";

export interface NumberOption {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly isWhole?: true;
  /** What it does, for those who set it. */
  readonly help: string;
}

export interface ChoiceOption {
  readonly default: string;
  readonly choices: readonly string[];
  readonly help: string;
}

/** The options of a sampler, each declared once with default, range and help. */
export type OptionSpecs = Readonly<Record<string, NumberOption | ChoiceOption>>;

/** The values of declared options. */
export type OptionsOf<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : number;
};

export type OptionValues = Readonly<Record<string, number | string>>;

/**
 * Fills in defaults and checks what was given.
 *
 * @throws {StudioError} `SAMPLER_OPTION` for a name that is not declared or a value outside its range.
 */
export function readOptions<Specs extends OptionSpecs>(
  specs: Specs,
  given: OptionValues = {},
): OptionsOf<Specs> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      refuse(`Expected options among ${Object.keys(specs).join(", ") || "none"}, got "${name}".`);
    }
  }
  const entries = Object.entries(specs).map(([name, spec]) => [name, readOption(name, spec, given[name])]);
  return Object.fromEntries(entries);
}

function readOption(
  name: string,
  spec: NumberOption | ChoiceOption,
  value: number | string | undefined,
): unknown {
  if (value === undefined) return spec.default;
  if ("choices" in spec) {
    if (typeof value === "string" && spec.choices.includes(value)) return value;
    return refuse(`Option ${name} expects one of ${spec.choices.join(", ")}, got ${value}.`);
  }
  const isFit = typeof value === "number" && value >= spec.min && value <= spec.max;
  if (isFit && (spec.isWhole !== true || Number.isInteger(value))) return value;
  const kind = spec.isWhole === true ? "a whole number" : "a number";
  return refuse(`Option ${name} expects ${kind} from ${spec.min} to ${spec.max}, got ${value}.`);
}

function refuse(message: string): never {
  throw new StudioError("SAMPLER_OPTION", { message });
}

/** How much of the noise taken out is put back anew: 0 is deterministic, 1 the published algorithm. */
export const eta = {
  default: 1,
  min: 0,
  max: 10,
  help: "How much of the noise that a step removes is put back anew: 0 none, 1 as published.",
} as const satisfies NumberOption;

export const sNoise = {
  default: 1,
  min: 0,
  max: 10,
  help: "Factor on every added noise tensor.",
} as const satisfies NumberOption;
