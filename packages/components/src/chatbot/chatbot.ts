import {
  Component,
  eventMethod,
  isJson,
  VitrineError,
  type ComponentOptions,
  type JsonObject,
  type Preview,
  type Props,
  type TriggerMethod,
} from "@vitrine/core";
import { heightProps, toCssLength, type CssSize, type HeightOptions } from "../shared/css-size.ts";
import { dedent } from "../shared/dedent.ts";
import { describeValue } from "../shared/describe-value.ts";
import { renderMarkdownNow } from "../shared/render-markdown.ts";
import { readAvatar } from "./avatar.ts";
import { chatPayloadSchema, type ChatPayload, type MessagePayload } from "./chatbot-payload.ts";

/** One message of a conversation. */
export interface ChatMessage {
  /** Who wrote it; messages of the system are kept and not drawn. */
  readonly role: "user" | "assistant" | "system";
  /** Markdown. */
  readonly content: string;
  /** Data of your own; comes back with the message. */
  readonly metadata?: JsonObject;
  /** Answers to choose from, as buttons below the last message. `label` is shown, `value` is reported. */
  readonly options?: readonly { readonly value: string; readonly label?: string }[];
}

/** Something to begin with: the text, and what the card shows instead of it. */
export type ChatExample = string | { readonly text: string; readonly displayText?: string };

export type ChatbotButton = "copy" | "copyAll" | "retry" | "undo" | "clear";

export interface ChatbotOptions extends ComponentOptions<readonly ChatMessage[] | null>, HeightOptions {
  /** @default 400 */
  readonly height?: CssSize;
  /** `"bubble"`: user messages at the other side; `"panel"`: all in full width. @default "bubble" */
  readonly layout?: "bubble" | "panel";
  /** Follows new text while the end is in sight. @default true */
  readonly autoscroll?: boolean;
  /**
   * Tools. `copy` stands at each message, `copyAll` and `clear` at the top, `retry` and `undo` at the last message:
   * they only report their event, so offer them where a listener answers. @default ["copy"]
   */
  readonly buttons?: readonly ChatbotButton[];
  /** Pictures of the user and the assistant: paths of small files, `data:` URLs, or null for none. @default none */
  readonly avatarImages?: readonly [user: string | null, assistant: string | null];
  /** Whether messages are drawn as Markdown; otherwise as they are written. @default true */
  readonly renderMarkdown?: boolean;
  /** A single line break in a message breaks the line. @default true */
  readonly lineBreaks?: boolean;
  /** Messages run from right to left. @default each as its text does */
  readonly rtl?: boolean;
  /** Markdown shown while there are no messages. @default nothing */
  readonly placeholder?: string;
  /** Cards shown while there are no messages; choosing one reports `exampleSelect`. */
  readonly examples?: readonly ChatExample[];
}

/**
 * Shows a conversation. Its value is the list of messages; a listener that yields the list again and again, with more
 * text in the last message each time, streams: the page is sent only what was added.
 *
 * Event data: `select`, `retry`, `undo` and `exampleSelect` carry `{ index, value }` (for retry and undo the last
 * message of the user), `optionSelect` too, `copy` carries `{ value }`.
 *
 * @throws VALUE_NOT_SHOWN for what is no list of messages
 * @throws OPTION_INVALID for heights that are none and pictures that cannot be read
 * @example new Chatbot({ value: [{ role: "assistant", content: "How can I help?" }] })
 */
export class Chatbot extends Component<ChatMessage[], readonly ChatMessage[] | null, ChatPayload> {
  readonly type = "chatbot";
  override readonly events = [
    "change",
    "select",
    "retry",
    "undo",
    "clear",
    "exampleSelect",
    "optionSelect",
    "copy",
  ];
  declare readonly options: ChatbotOptions;
  readonly payloadSchema = chatPayloadSchema;
  readonly emptyPayload: ChatPayload = [];
  readonly change: TriggerMethod = eventMethod(this, "change");
  /** The visitor pressed a message. */
  readonly select: TriggerMethod = eventMethod(this, "select");
  /** The visitor wants another answer to the last message. */
  readonly retry: TriggerMethod = eventMethod(this, "retry");
  /** The visitor takes the last message back. */
  readonly undo: TriggerMethod = eventMethod(this, "undo");
  /** The visitor emptied the conversation. */
  readonly clear: TriggerMethod = eventMethod(this, "clear");
  /** The visitor chose an example. */
  readonly exampleSelect: TriggerMethod = eventMethod(this, "exampleSelect");
  /** The visitor chose one of the options of the last message. */
  readonly optionSelect: TriggerMethod = eventMethod(this, "optionSelect");
  /** The visitor copied a message, or all of them. */
  readonly copy: TriggerMethod = eventMethod(this, "copy");
  readonly #avatars: readonly (string | null)[];
  /** Payloads of messages seen before: the same object is known to be unchanged without being compared. */
  readonly #payloads = new WeakMap<ChatMessage, MessagePayload>();

  constructor(options: ChatbotOptions = {}) {
    super(options);
    heightProps(options);
    this.#avatars = (options.avatarImages ?? []).map((avatar) =>
      avatar === null ? null : readAvatar(avatar),
    );
  }

  preprocess(payload: ChatPayload): ChatMessage[] {
    return payload.map((message) => ({ ...message }));
  }

  postprocess(value: readonly ChatMessage[] | null): ChatPayload {
    if (value === null || value === undefined) return [];
    if (!Array.isArray(value))
      throw this.refuse("VALUE_NOT_SHOWN", `shows a list of messages, got ${describeValue(value)}.`);
    return (value as readonly ChatMessage[]).map((message, index) => this.#toPayload(message, index));
  }

  examplePayload(): ChatPayload {
    return [
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Hello! How can I **help**?" },
    ];
  }

  override preview(payload: ChatPayload): Preview {
    return { text: payload.findLast((message) => message.role !== "system")?.content ?? "" };
  }

  protected override ownProps(): Props {
    const { layout = "bubble", autoscroll = true, buttons = ["copy"], height = 400 } = this.options;
    const {
      renderMarkdown = true,
      lineBreaks = true,
      rtl = false,
      placeholder,
      examples = [],
    } = this.options;
    return {
      layout,
      autoscroll,
      buttons: [...buttons],
      renderMarkdown,
      lineBreaks,
      rtl,
      avatars: [...this.#avatars],
      placeholderHtml: placeholder === undefined ? "" : renderMarkdownNow(dedent(placeholder)).join(""),
      examples: examples.map(toExampleProp),
      ...heightProps(this.options),
      height: toCssLength(height, "height"),
    };
  }

  #toPayload(message: ChatMessage, index: number): MessagePayload {
    const known = typeof message === "object" && message !== null ? this.#payloads.get(message) : undefined;
    // Functions may also append to a message they keep.
    if (known && known.content === message.content && isSameBeside(known, message)) return known;
    this.#expectMessage(message, index);
    const { role, content, metadata, options } = message;
    const payload: MessagePayload = {
      role,
      content,
      ...(metadata === undefined ? {} : { metadata }),
      ...(options === undefined ? {} : { options: options.map(toOptionPayload) }),
    };
    this.#payloads.set(message, payload);
    return payload;
  }

  #expectMessage(message: unknown, index: number): void {
    const at = `at message ${index}`;
    if (typeof message !== "object" || message === null) {
      throw this.refuse(
        "VALUE_NOT_SHOWN",
        `expected { role, content } ${at}, got ${describeValue(message)}.`,
      );
    }
    const { role, content, metadata, options } = message as Readonly<Record<string, unknown>>;
    if (role !== "user" && role !== "assistant" && role !== "system") {
      throw this.refuse(
        "VALUE_NOT_SHOWN",
        `expected "user", "assistant" or "system" as role ${at}, got ${describeValue(role)}.`,
      );
    }
    if (typeof content !== "string") {
      throw this.refuse("VALUE_NOT_SHOWN", `expected text as content ${at}, got ${describeValue(content)}.`);
    }
    if (
      metadata !== undefined &&
      (Array.isArray(metadata) || typeof metadata !== "object" || !isJson(metadata))
    ) {
      throw this.refuse(
        "VALUE_NOT_SHOWN",
        `expected an object of JSON data as metadata ${at}, got ${describeValue(metadata)}.`,
      );
    }
    if (options !== undefined && !(Array.isArray(options) && options.every(isChatOption))) {
      throw this.refuse(
        "VALUE_NOT_SHOWN",
        `expected a list of { value, label? } as options ${at}, got ${describeValue(options)}.`,
      );
    }
  }
}

/** Whether role, metadata and options are as before. Objects may have been changed in place, so those are looked at again. */
function isSameBeside(known: MessagePayload, { role, metadata, options }: ChatMessage): boolean {
  return (
    known.role === role &&
    !known.metadata &&
    !known.options &&
    metadata === undefined &&
    options === undefined
  );
}

function toOptionPayload({ value, label }: { readonly value: string; readonly label?: string }): {
  value: string;
  label?: string;
} {
  return label === undefined ? { value } : { value, label };
}

function isChatOption(option: unknown): boolean {
  if (
    typeof option !== "object" ||
    option === null ||
    !("value" in option) ||
    typeof option.value !== "string"
  )
    return false;
  return !("label" in option) || option.label === undefined || typeof option.label === "string";
}

function toExampleProp(example: ChatExample): { text: string; label: string } {
  if (typeof example === "string") return { text: example, label: example };
  if (typeof example?.text === "string")
    return { text: example.text, label: example.displayText ?? example.text };
  throw new VitrineError("OPTION_INVALID", {
    message: `Chatbot expected text or { text, displayText? } as example, got ${describeValue(example)}.`,
  });
}
