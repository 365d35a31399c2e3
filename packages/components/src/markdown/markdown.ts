import {
  Component,
  eventMethod,
  type ComponentOptions,
  type Preview,
  type Props,
  type TriggerMethod,
} from "@vitrine/core";
import { heightProps, type HeightOptions } from "../shared/css-size.ts";
import { dedent } from "../shared/dedent.ts";
import { describeValue } from "../shared/describe-value.ts";
import { renderMarkdown } from "../shared/render-markdown.ts";
import { markdownPayloadSchema, type MarkdownPayload } from "./markdown-payload.ts";

export interface MarkdownOptions extends ComponentOptions<string | null>, HeightOptions {
  /**
   * `true`: HTML in the text is cut down to what Markdown itself can make; `false`: it may be all that the HTML
   * component shows, styles and drawings too. Scripts never run. @default true
   */
  readonly sanitizeHtml?: boolean;
  /** A single line break in the text breaks the line. @default false */
  readonly lineBreaks?: boolean;
  /** Headings can be linked to. @default false */
  readonly headerLinks?: boolean;
  /** The text runs from right to left. @default false */
  readonly rtl?: boolean;
  /** Tools at the top right. @default none */
  readonly buttons?: readonly "copy"[];
}

/**
 * Shows text written in Markdown (GitHub's flavour), with highlighted code. Indentation common to all lines is taken
 * off, so a template literal can be indented like the code around it. As an input it gives the text as it was written.
 *
 * @throws VALUE_NOT_SHOWN for what is no text
 * @example new Markdown({ value: "# Hello\nSome *text*." })
 */
export class Markdown extends Component<string, string | null, MarkdownPayload> {
  readonly type = "markdown";
  override readonly events = ["change", "copy"];
  declare readonly options: MarkdownOptions;
  readonly payloadSchema = markdownPayloadSchema;
  readonly emptyPayload: MarkdownPayload = { source: "", html: [] };
  readonly change: TriggerMethod = eventMethod(this, "change");
  /** The visitor copied the text. */
  readonly copy: TriggerMethod = eventMethod(this, "copy");

  constructor(options: MarkdownOptions = {}) {
    super(options);
    heightProps(options);
  }

  preprocess(payload: MarkdownPayload): string {
    return payload.source;
  }

  async postprocess(value: string | null): Promise<MarkdownPayload> {
    if (value === null || value === undefined) return this.emptyPayload;
    if (typeof value !== "string")
      throw this.refuse("VALUE_NOT_SHOWN", `shows text, got ${describeValue(value)}.`);
    const source = dedent(value);
    const { lineBreaks = false, headerLinks = false, sanitizeHtml = true } = this.options;
    return {
      source,
      html: [...(await renderMarkdown(source, { lineBreaks, headerLinks, keepsPageHtml: !sanitizeHtml }))],
    };
  }

  examplePayload(): MarkdownPayload {
    return { source: "Some *text*.", html: ["<p>Some <em>text</em>.</p>\n"] };
  }

  override preview(payload: MarkdownPayload): Preview {
    return { text: payload.source };
  }

  protected override ownProps(): Props {
    const { rtl = false, buttons = [] } = this.options;
    return { rtl, buttons: [...buttons], ...heightProps(this.options) };
  }
}
