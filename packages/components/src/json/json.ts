import {
  Component,
  eventMethod,
  isJson,
  type ComponentOptions,
  type Json,
  type Preview,
  type Props,
  type TriggerMethod,
} from "@vitrine/core";
import * as v from "valibot";
import { heightProps, type HeightOptions } from "../shared/css-size.ts";
import { describeValue } from "../shared/describe-value.ts";
import { toJson } from "./json-value.ts";

/** What a function may return for a JSON: an object, an array, a number, or JSON text. */
export type JSONValue = object | string | number | boolean | null;

export interface JSONOptions extends ComponentOptions<JSONValue>, HeightOptions {
  /** Opens every level at first; otherwise the first three. @default false */
  readonly open?: boolean;
  /** Shows the index before each item of a list. @default false */
  readonly showIndices?: boolean;
  /** It grows no higher than this; what does not fit scrolls. @default 500 */
  readonly maxHeight?: number | string;
  /** Tools at the top right. @default ["copy"] */
  readonly buttons?: readonly "copy"[];
}

/**
 * Shows data as a tree that opens and closes. A text is taken for JSON text. What JSON cannot hold is refused with
 * its place, such as `$.user.birthday`. As an input it gives the data.
 *
 * @throws VALUE_NOT_SHOWN for text that is not JSON, and for functions, NaN, bigints, Maps, circles and the like
 * @example new JSON({ value: { name: "Ada", tags: ["a", "b"] } })
 */
export class JSON extends Component<Json, JSONValue, Json> {
  readonly type = "json";
  override readonly events = ["change"];
  declare readonly options: JSONOptions;
  readonly payloadSchema = v.custom<Json>((value) => isJson(value), "JSON data");
  readonly emptyPayload = null;
  readonly change: TriggerMethod = eventMethod(this, "change");

  constructor(options: JSONOptions = {}) {
    super(options);
    heightProps(options);
  }

  preprocess(payload: Json): Json {
    return payload;
  }

  postprocess(value: JSONValue): Json {
    if (value === undefined) return null;
    const result = toJson(typeof value === "string" ? this.#parse(value) : value);
    if ("json" in result) return result.json;
    const { path, reason } = result.notJson;
    throw this.refuse(
      "VALUE_NOT_SHOWN",
      `cannot show the value at ${path}: ${reason}.`,
      "Return plain data: objects, arrays, text, finite numbers, true, false, null.",
    );
  }

  examplePayload(): Json {
    return { name: "Ada", born: 1815, tags: ["mathematician", "writer"] };
  }

  override preview(payload: Json): Preview {
    return { text: globalThis.JSON.stringify(payload) };
  }

  protected override ownProps(): Props {
    const { open = false, showIndices = false, buttons = ["copy"], maxHeight = 500 } = this.options;
    return { open, showIndices, buttons: [...buttons], ...heightProps({ ...this.options, maxHeight }) };
  }

  #parse(text: string): unknown {
    try {
      return globalThis.JSON.parse(text) as unknown;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw this.refuse(
        "VALUE_NOT_SHOWN",
        `expected JSON text, got ${describeValue(text)} (${reason}).`,
        "Return the data itself, or text that JSON.parse can read. For plain text use a Textbox.",
      );
    }
  }
}
