import {
  Component,
  eventMethod,
  VitrineError,
  type ComponentOptions,
  type JsonObject,
  type Props,
  type RequiredOption,
  type TriggerMethod,
} from "@vitrine/core";
import * as v from "valibot";
import { expectNumber, roundTo } from "../shared/numbers.ts";
import type { Received } from "../shared/required.ts";

export interface NumberOptions<TRequired extends boolean = boolean>
  extends ComponentOptions<number | null>, RequiredOption<TRequired> {
  /** Smallest number allowed. @default none */
  readonly minimum?: number;
  /** Largest number allowed. @default none */
  readonly maximum?: number;
  /** What one press of an arrow key adds. @default 1 */
  readonly step?: number;
  /** Decimal places numbers are rounded to, 0 to 15; 0 for integers. @default as many as typed */
  readonly precision?: number;
  /** Shown in grey while it is empty. */
  readonly placeholder?: string;
}

/** Decimal places a JavaScript number can hold. */
const maxPrecision = 15;

/**
 * A box for a number. Your function receives a finite number, or with `required: false` also `null`; it may return one,
 * or `null` for an empty box.
 *
 * @throws OPTION_INVALID when `minimum` is above `maximum`, `step` is not positive or `precision` not from 0 to 15
 * @example new Number({ label: "Guests", minimum: 1, precision: 0 })
 */
export class Number<const TRequired extends boolean = true> extends Component<
  Received<number, TRequired>,
  number | null,
  number | null
> {
  readonly type = "number";
  override readonly events = ["change", "input", "submit", "focus", "blur"];
  declare readonly options: NumberOptions<TRequired>;
  readonly payloadSchema = v.nullable(v.pipe(v.number(), v.finite()));
  readonly emptyPayload = null;
  readonly change: TriggerMethod = eventMethod(this, "change");
  readonly input: TriggerMethod = eventMethod(this, "input");
  readonly submit: TriggerMethod = eventMethod(this, "submit");
  readonly focus: TriggerMethod = eventMethod(this, "focus");
  readonly blur: TriggerMethod = eventMethod(this, "blur");

  constructor(options: NumberOptions<TRequired> = {}) {
    super(options);
    checkOptions(options);
  }

  preprocess(payload: number | null): Received<number, TRequired> {
    if (payload === null) {
      if (this.options.required === false) return null as Received<number, TRequired>;
      throw this.refuse("VALUE_REQUIRED", "expected a number, got none.");
    }
    const { minimum = -Infinity, maximum = Infinity, precision } = this.options;
    const value = roundTo(payload, precision);
    if (value < minimum || value > maximum) {
      throw this.refuse(
        "VALUE_OUT_OF_RANGE",
        `expected a number ${describeRange(minimum, maximum)}, got ${value}.`,
      );
    }
    return value;
  }

  postprocess(value: number | null): number | null {
    if (value === null || value === undefined) return null;
    return roundTo(expectNumber(value, this), this.options.precision);
  }

  examplePayload(): number {
    const { minimum, maximum, precision } = this.options;
    return roundTo(minimum ?? maximum ?? 3, precision);
  }

  override jsonSchema(): JsonObject {
    const { minimum, maximum, precision } = this.options;
    const number = {
      type: precision === 0 ? "integer" : "number",
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
    };
    return { anyOf: [number, { type: "null" }] };
  }

  protected override ownProps(): Props {
    const { minimum, maximum, step = 1, precision, placeholder, required = true } = this.options;
    return {
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
      step,
      ...(precision === undefined ? {} : { precision }),
      ...(placeholder === undefined ? {} : { placeholder }),
      required,
    };
  }
}

function describeRange(minimum: number, maximum: number): string {
  if (minimum === -Infinity) return `of at most ${maximum}`;
  return maximum === Infinity ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
}

function checkOptions({
  minimum = -Infinity,
  maximum = Infinity,
  step = 1,
  precision = 0,
}: NumberOptions): void {
  if (!(minimum <= maximum)) {
    throw new VitrineError("OPTION_INVALID", {
      message: `Number expected minimum not above maximum, got ${minimum} and ${maximum}.`,
    });
  }
  if (!(step > 0))
    throw new VitrineError("OPTION_INVALID", { message: `Number expected a positive step, got ${step}.` });
  if (!globalThis.Number.isInteger(precision) || precision < 0 || precision > maxPrecision) {
    throw new VitrineError("OPTION_INVALID", {
      message: `Number expected a precision from 0 to ${maxPrecision}, got ${precision}.`,
    });
  }
}
