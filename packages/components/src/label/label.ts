import {
  Component,
  eventMethod,
  VitrineError,
  type ComponentOptions,
  type Preview,
  type Props,
  type TriggerMethod,
} from "@vitrine/core";
import { describeValue } from "../shared/describe-value.ts";
import { labelPayloadSchema, type LabelPayload } from "./label-payload.ts";

/** Confidence from 0 to 1 by class, or one text or number. */
export type LabelValue = Readonly<Record<string, number>> | string | number;

export interface LabelOptions extends ComponentOptions<LabelValue | null> {
  /** Shows only so many classes, the most confident ones. @default all */
  readonly numTopClasses?: number;
  /** Colour of the bars: a name such as `"teal"`, or `"#0a7"`. @default the accent of the theme */
  readonly color?: string;
  /** Shows the best class above the bars. @default true */
  readonly showHeading?: boolean;
}

/**
 * Shows what a classifier found: the best class as heading, a bar of confidence for each. A text or a number is shown
 * as heading alone. Event data of `select`: `{ index, value }`, with the name of the class.
 *
 * @throws OPTION_INVALID when `numTopClasses` is not a positive integer or `color` is no colour
 * @throws VALUE_NOT_SHOWN for confidences that are not finite numbers
 * @example new Label({ value: { cat: 0.9, dog: 0.1 }, numTopClasses: 3 })
 */
export class Label extends Component<LabelValue | null, LabelValue | null, LabelPayload> {
  readonly type = "label";
  override readonly events = ["change", "select"];
  declare readonly options: LabelOptions;
  readonly payloadSchema = labelPayloadSchema;
  readonly emptyPayload = null;
  readonly change: TriggerMethod = eventMethod(this, "change");
  /** The visitor chose one of the classes. */
  readonly select: TriggerMethod = eventMethod(this, "select");

  constructor(options: LabelOptions = {}) {
    super(options);
    const { numTopClasses, color } = options;
    if (numTopClasses !== undefined && !(Number.isInteger(numTopClasses) && numTopClasses > 0)) {
      throw new VitrineError("OPTION_INVALID", {
        message: `Label expected a positive integer as numTopClasses, got ${describeValue(numTopClasses)}.`,
      });
    }
    if (
      color !== undefined &&
      !/^(#[0-9a-f]{3,8}|[a-z]+|(rgb|hsl|oklch|oklab|hwb|lab|lch)a?\([\d\s.,%/deg-]+\))$/i.test(color)
    ) {
      throw new VitrineError("OPTION_INVALID", {
        message: `Label expected a colour such as "teal" or "#0a7", got ${describeValue(color)}.`,
      });
    }
  }

  preprocess(payload: LabelPayload): LabelValue | null {
    if (payload === null) return null;
    if (payload.confidences === undefined) return payload.label;
    return Object.fromEntries(payload.confidences.map(({ label, confidence }) => [label, confidence]));
  }

  postprocess(value: LabelValue | null): LabelPayload {
    if (value === null || value === undefined) return null;
    if (typeof value === "string" || (typeof value === "number" && Number.isFinite(value)))
      return { label: value };
    if (typeof value !== "object" || Array.isArray(value)) {
      throw this.refuse(
        "VALUE_NOT_SHOWN",
        `shows { class: confidence }, a text or a finite number, got ${describeValue(value)}.`,
      );
    }
    const confidences = Object.entries(value).map(([label, confidence]) =>
      this.#toConfidence(label, confidence),
    );
    const sorted = confidences
      .toSorted((a, b) => b.confidence - a.confidence)
      .slice(0, this.options.numTopClasses);
    const best = sorted[0];
    return best ? { label: best.label, confidences: sorted } : null;
  }

  examplePayload(): LabelPayload {
    return {
      label: "cat",
      confidences: [
        { label: "cat", confidence: 0.9 },
        { label: "dog", confidence: 0.1 },
      ],
    };
  }

  override preview(payload: LabelPayload): Preview {
    return { text: payload === null ? "" : String(payload.label) };
  }

  protected override ownProps(): Props {
    const { color, showHeading = true } = this.options;
    return { showHeading, ...(color === undefined ? {} : { color }) };
  }

  #toConfidence(label: string, confidence: unknown): { label: string; confidence: number } {
    if (typeof confidence === "number" && Number.isFinite(confidence)) return { label, confidence };
    throw this.refuse(
      "VALUE_NOT_SHOWN",
      `expected a finite number as confidence of ${JSON.stringify(label)}, got ${describeValue(confidence)}.`,
    );
  }
}
