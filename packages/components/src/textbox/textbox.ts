import {
  Component,
  eventMethod,
  VitrineError,
  type ComponentOptions,
  type JsonObject,
  type Preview,
  type Props,
  type TriggerMethod,
} from "@vitrine/core";
import * as v from "valibot";
import { describeValue } from "../shared/describe-value.ts";
import { inputAttributeNames, type InputAttributes } from "./input-attributes.ts";

/** What a Textbox shows: text, or what has one plain reading as text. */
export type TextValue = string | number | bigint | boolean | null;

export interface TextboxOptions extends ComponentOptions<TextValue> {
  /** `"password"` hides what is typed, `"email"` brings up the keyboard for addresses; both have one line. @default "text" */
  readonly type?: "text" | "password" | "email";
  /** Lines shown at least. With 1, Enter submits; with more, Shift+Enter does. @default 1 */
  readonly lines?: number;
  /** Lines it grows to as text is typed; 1 allows no line breaks. @default 20, or `lines` if that is more */
  readonly maxLines?: number;
  /** Shown in grey while it is empty. */
  readonly placeholder?: string;
  /** Most characters (UTF-16 units) a visitor may enter. @default no limit */
  readonly maxLength?: number;
  /** Takes the keyboard focus when the page opens. @default false */
  readonly autofocus?: boolean;
  /** Keeps the end in view while a function writes to it, unless the visitor has scrolled up. @default true */
  readonly autoscroll?: boolean;
  /** @default "left", or "right" with `rtl` */
  readonly textAlign?: "left" | "right";
  /** Text runs from right to left. @default false */
  readonly rtl?: boolean;
  /** A button inside the box that submits; a text is shown on it. @default false */
  readonly submitBtn?: boolean | string;
  /** A button inside the box that reports `stop`; a text is shown on it. Beside `submitBtn` it takes its place while a job runs. @default false */
  readonly stopBtn?: boolean | string;
  /** Tools at the top right. @default [] */
  readonly buttons?: readonly "copy"[];
  /** Attributes of the input itself, such as `{ spellcheck: false, lang: "de" }`. */
  readonly htmlAttributes?: InputAttributes;
  /** `true`: an empty text is refused beside the field. @default false */
  readonly required?: boolean;
}

/**
 * A box of text: one line, or several that grow. Your function receives a string; it may return one, a number or
 * a boolean (shown as text), or `null` for an empty box.
 *
 * @throws OPTION_INVALID when `lines`, `maxLines` or `maxLength` is not a positive whole number
 * @example new Textbox({ label: "Story", lines: 4, placeholder: "Once upon a time…" })
 */
export class Textbox extends Component<string, TextValue, string> {
  readonly type = "textbox";
  override readonly events = ["change", "input", "select", "submit", "focus", "blur", "stop", "copy"];
  declare readonly options: TextboxOptions;
  readonly payloadSchema = v.string();
  readonly emptyPayload = "";
  readonly change: TriggerMethod = eventMethod(this, "change");
  readonly input: TriggerMethod = eventMethod(this, "input");
  /** The visitor marked a part of the text; its event data are `{ index: [start, end], value }`. */
  readonly select: TriggerMethod = eventMethod(this, "select");
  readonly submit: TriggerMethod = eventMethod(this, "submit");
  readonly focus: TriggerMethod = eventMethod(this, "focus");
  readonly blur: TriggerMethod = eventMethod(this, "blur");
  readonly stop: TriggerMethod = eventMethod(this, "stop");
  /** The visitor pressed the copy tool; its event data are `{ value }`. */
  readonly copy: TriggerMethod = eventMethod(this, "copy");

  constructor(options: TextboxOptions = {}) {
    super(options);
    for (const name of ["lines", "maxLines", "maxLength"] as const) expectCount(name, options[name]);
  }

  preprocess(payload: string): string {
    const { required, maxLength } = this.options;
    if (required && payload.trim() === "") throw this.refuse("VALUE_REQUIRED", "expected a text, got none.");
    if (maxLength !== undefined && payload.length > maxLength) {
      throw this.refuse(
        "VALUE_OUT_OF_RANGE",
        `expected at most ${maxLength} characters, got ${payload.length}.`,
        "Shorten the text.",
      );
    }
    return payload;
  }

  postprocess(value: TextValue): string {
    const shown: unknown = value;
    if (shown === null || shown === undefined) return "";
    if (typeof shown === "string") return shown;
    if (typeof shown === "number" || typeof shown === "boolean" || typeof shown === "bigint")
      return String(shown);
    throw this.refuse("VALUE_NOT_SHOWN", `shows text, got ${describeValue(shown)}.`);
  }

  examplePayload(): string {
    return "Hello".slice(0, this.options.maxLength);
  }

  override jsonSchema(): JsonObject {
    const { maxLength } = this.options;
    return { ...super.jsonSchema(), ...(maxLength === undefined ? {} : { maxLength }) };
  }

  override preview(payload: string): Preview {
    return { text: this.options.type === "password" ? "•".repeat(Math.min(payload.length, 8)) : payload };
  }

  protected override ownProps(): Props {
    const {
      type = "text",
      lines = 1,
      maxLines = 20,
      autofocus = false,
      autoscroll = true,
      rtl = false,
      required = false,
    } = this.options;
    const {
      placeholder,
      maxLength,
      textAlign,
      submitBtn = false,
      stopBtn = false,
      buttons = [],
      htmlAttributes = {},
    } = this.options;
    return {
      inputType: type,
      lines: type === "text" ? lines : 1,
      maxLines: type === "text" ? Math.max(lines, maxLines) : 1,
      ...(placeholder === undefined ? {} : { placeholder }),
      ...(maxLength === undefined ? {} : { maxLength }),
      autofocus,
      autoscroll,
      ...(textAlign === undefined ? {} : { textAlign }),
      rtl,
      submitBtn,
      stopBtn,
      buttons: [...buttons],
      htmlAttributes: Object.fromEntries(
        inputAttributeNames.flatMap((name) =>
          htmlAttributes[name] === undefined ? [] : [[name, htmlAttributes[name]]],
        ),
      ),
      required,
    };
  }
}

function expectCount(name: string, count: number | undefined): void {
  if (count === undefined || (Number.isInteger(count) && count > 0)) return;
  throw new VitrineError("OPTION_INVALID", {
    message: `Textbox expected ${name} to be a whole number above 0, got ${describeValue(count)}.`,
  });
}
