import {
  Component,
  eventMethod,
  VitrineError,
  type ComponentOptions,
  type IdOf,
  type Props,
  type TriggerMethod,
} from "@vitrine/core";
import * as v from "valibot";
import { describeValue } from "../shared/describe-value.ts";
import { iconSource } from "./button-icon.ts";

export interface ButtonOptions extends ComponentOptions<string | null> {
  /** Text on the button; it is the button's value. @default "Run" */
  readonly value?: ComponentOptions<string | null>["value"];
  /** `"primary"` for the main action of a view, `"stop"` for one that ends or destroys. @default "secondary" */
  readonly variant?: "primary" | "secondary" | "stop";
  /** @default "lg" */
  readonly size?: "sm" | "md" | "lg";
  /** Picture before the text: path of a small picture file, or a data: URL. */
  readonly icon?: string;
  /** Opens this address as well; http, https, mailto, or relative to the page. */
  readonly link?: string;
  /** Where `link` opens. @default "_self" */
  readonly linkTarget?: "_self" | "_blank";
  /** Shown only while a job runs that it starts or cancels (`"running"`), or while none does (`"idle"`). @default always */
  readonly visibleWhile?: "idle" | "running";
}

/**
 * A button. Its value is the text on it: as an input your function receives that, as an output it sets it.
 *
 * @throws OPTION_INVALID when `icon` cannot be read or `link` is of another kind, such as `javascript:`
 * @example new Button("Generate", { variant: "primary" }).click(generate, prompt, image)
 */
export class Button extends Component<string, string | null, string> {
  readonly type: string = "button";
  override readonly events = ["change", "click"];
  override readonly isInApi = false;
  declare readonly options: ButtonOptions;
  readonly payloadSchema = v.string();
  readonly emptyPayload = "";
  readonly change: TriggerMethod = eventMethod(this, "change");
  readonly click: TriggerMethod = eventMethod(this, "click");
  readonly #icon: string | undefined;

  constructor(valueOrOptions: string | ButtonOptions = {}, more: ButtonOptions = {}) {
    const options = typeof valueOrOptions === "string" ? { ...more, value: valueOrOptions } : valueOrOptions;
    super({ value: "Run", ...options });
    if (options.link !== undefined) checkLink(options.link);
    this.#icon = options.icon === undefined ? undefined : iconSource(options.icon);
  }

  preprocess(payload: string): string {
    return payload;
  }

  postprocess(value: string | null): string {
    if (value === null || value === undefined) return "";
    if (typeof value === "string") return value;
    throw this.refuse("VALUE_NOT_SHOWN", `shows a text, got ${describeValue(value)}.`);
  }

  examplePayload(): string {
    return "Run";
  }

  protected override ownProps(_idOf: IdOf): Props {
    const { variant = "secondary", size = "lg", link, linkTarget = "_self", visibleWhile } = this.options;
    return {
      variant,
      size,
      ...(this.#icon === undefined ? {} : { icon: this.#icon }),
      ...(link === undefined ? {} : { link, linkTarget }),
      ...(visibleWhile === undefined ? {} : { visibleWhile }),
    };
  }
}

function checkLink(link: string): void {
  const base = "https://page.invalid/";
  const isAllowed =
    URL.canParse(link, base) && ["http:", "https:", "mailto:"].includes(new URL(link, base).protocol);
  if (isAllowed) return;
  throw new VitrineError("OPTION_INVALID", {
    message: `The link of a Button expected an http, https, mailto or relative address, got ${describeValue(link)}.`,
  });
}
