import {
  Component,
  eventMethod,
  VitrineError,
  type ComponentOptions,
  type JsonObject,
  type Props,
  type TriggerMethod,
} from "@vitrine/core";
import * as v from "valibot";
import { expectNumber, roundTo } from "../shared/numbers.ts";

export interface SliderOptions extends ComponentOptions<number | null> {
  /** Smallest selectable value. @default 0 */
  readonly minimum?: number;
  /** Largest selectable value. @default 100 */
  readonly maximum?: number;
  /** Distance between selectable values, in the unit of the value. @default a power of ten near a hundredth of the range */
  readonly step?: number;
  /** Decimal places of the value, 0 for integers. @default as many as typed */
  readonly precision?: number;
  /** Begins at a random value in each page. @default false */
  readonly randomize?: boolean;
  /** Tools at the top right. @default ["reset"] */
  readonly buttons?: readonly "reset"[];
}

/**
 * Lets the visitor choose a number by dragging, by arrow keys or by typing. Your function receives a number; it may
 * return one, or `null` for the minimum.
 *
 * @throws OPTION_INVALID when `minimum` is not below `maximum`, or `step` is not positive
 * @example new Slider({ label: "Strength", minimum: 0, maximum: 1, step: 0.1 })
 */
export class Slider extends Component<number, number | null, number> {
  readonly type = "slider";
  override readonly events = ["change", "input", "release"];
  declare readonly options: SliderOptions;
  readonly payloadSchema = v.number();
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  readonly change: TriggerMethod = eventMethod(this, "change");
  readonly input: TriggerMethod = eventMethod(this, "input");
  readonly release: TriggerMethod = eventMethod(this, "release");

  constructor(options: SliderOptions = {}) {
    // As any value that is a function, it is asked for anew when a page opens.
    super(options.randomize ? { ...options, value: () => randomValue(options) } : options);
    const { minimum = 0, maximum = 100 } = options;
    if (!(minimum < maximum)) {
      throw new VitrineError("OPTION_INVALID", {
        message: `Slider expected minimum below maximum, got ${minimum} and ${maximum}.`,
      });
    }
    this.minimum = minimum;
    this.maximum = maximum;
    this.step = options.step ?? defaultStep(maximum - minimum);
    if (!(this.step > 0))
      throw new VitrineError("OPTION_INVALID", {
        message: `Slider expected a positive step, got ${this.step}.`,
      });
  }

  get emptyPayload(): number {
    return this.minimum;
  }

  preprocess(payload: number): number {
    if (payload < this.minimum || payload > this.maximum) {
      throw this.refuse(
        "VALUE_OUT_OF_RANGE",
        `expected a number from ${this.minimum} to ${this.maximum}, got ${payload}.`,
      );
    }
    return roundTo(payload, this.options.precision);
  }

  postprocess(value: number | null): number {
    if (value === null || value === undefined) return this.minimum;
    return roundTo(expectNumber(value, this), this.options.precision);
  }

  override async initialPayload(): Promise<number> {
    const { value } = this.options;
    return typeof value === "number" ? this.postprocess(value) : this.minimum;
  }

  examplePayload(): number {
    return roundTo(
      this.minimum + Math.floor((this.maximum - this.minimum) / this.step / 2) * this.step,
      this.options.precision ?? 10,
    );
  }

  override jsonSchema(): JsonObject {
    return { ...super.jsonSchema(), minimum: this.minimum, maximum: this.maximum };
  }

  protected override ownProps(): Props {
    const { precision, buttons = ["reset"] } = this.options;
    return {
      minimum: this.minimum,
      maximum: this.maximum,
      step: this.step,
      ...(precision === undefined ? {} : { precision }),
      buttons: [...buttons],
    };
  }
}

function randomValue({
  minimum = 0,
  maximum = 100,
  step = defaultStep(maximum - minimum),
  precision,
}: SliderOptions): number {
  const steps = Math.floor((maximum - minimum) / step);
  return roundTo(minimum + Math.round(Math.random() * steps) * step, precision ?? 10);
}

function defaultStep(range: number): number {
  return 10 ** Math.floor(Math.log10(range / 100));
}
