import {
  Component,
  eventMethod,
  type ComponentOptions,
  type Preview,
  type Props,
  type TriggerMethod,
} from "@vitrine/core";
import * as v from "valibot";
import { pageProfile } from "../shared/allowed-html.ts";
import { heightProps, type HeightOptions } from "../shared/css-size.ts";
import { describeValue } from "../shared/describe-value.ts";
import { sanitizeHtml } from "../shared/sanitize-html.ts";

export interface HTMLOptions extends ComponentOptions<string | null>, HeightOptions {
  /** Keeps a distance to what stands around it. @default false */
  readonly padding?: boolean;
}

/**
 * Shows HTML of your own: text, tables, links, pictures, media, SVG drawings, classes for the `css` of your app, and
 * styles that dress the element itself. Scripts, event handlers, frames, forms, style sheets and ids are taken out.
 * A text that visitors may have written belongs escaped, or in a Markdown.
 *
 * @throws VALUE_NOT_SHOWN for what is no text
 * @example new HTML({ value: '<p class="hint">Ready</p>' })
 */
export class HTML extends Component<string, string | null, string> {
  readonly type = "html";
  override readonly events = ["change"];
  declare readonly options: HTMLOptions;
  readonly payloadSchema = v.pipe(v.string(), v.maxLength(10_000_000));
  readonly emptyPayload = "";
  readonly change: TriggerMethod = eventMethod(this, "change");

  constructor(options: HTMLOptions = {}) {
    super(options);
    heightProps(options);
  }

  preprocess(payload: string): string {
    return payload;
  }

  postprocess(value: string | null): string {
    if (value === null || value === undefined) return "";
    if (typeof value !== "string")
      throw this.refuse("VALUE_NOT_SHOWN", `shows HTML text, got ${describeValue(value)}.`);
    return sanitizeHtml(value, pageProfile);
  }

  examplePayload(): string {
    return "<p>Some <b>text</b>.</p>";
  }

  override preview(payload: string): Preview {
    return {
      text: payload
        .replace(/<[^<>]*>/g, " ")
        .replace(/\s+/g, " ")
        .trim(),
    };
  }

  protected override ownProps(): Props {
    const { padding = false } = this.options;
    return { padding, ...heightProps(this.options) };
  }
}
