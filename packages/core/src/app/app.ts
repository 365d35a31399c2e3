import type { Block } from "../component/block.ts";
import type { BlockOptions } from "../component/options.ts";
import type { Props } from "../component/update.ts";
import { VitrineError } from "../errors.ts";
import { buildInside, ownListeners, type ListenerOwner } from "./building-context.ts";
import { Layout, type Build } from "./layout.ts";
import { apiMethod, eventMethod, type EventMethod, Listener, type TriggerMethod } from "./listener.ts";
import {
  createPrompt,
  type Prompt,
  type PromptArguments,
  type PromptFn,
  type PromptOptions,
} from "./prompt.ts";
import { createResource, type Resource, type ResourceFn, type ResourceOptions } from "./resource.ts";

export interface AppOptions extends BlockOptions {
  /** Title of the browser tab. @default "Vitrine" */
  readonly title?: string;
  /** Shows the title above the blocks, as the page's heading. @default false */
  readonly showTitle?: boolean;
  /** Colours; visitors can change them. @default "system" */
  readonly theme?: "system" | "light" | "dark";
  /** Style sheet of your own; it wins over Vitrine's. */
  readonly css?: string;
  /** The page takes the height of the window; blocks with `scale` stretch. @default false */
  readonly fillHeight?: boolean;
  /** No maximum width. @default false */
  readonly fillWidth?: boolean;
  /** `"page"`: a reload begins a new session; `"tab"`: a reload goes on with it, inputs and running jobs included. @default "page" */
  readonly sessions?: "page" | "tab";
}

/** The declared tree of blocks and its listeners. Users know it as `Blocks`. */
export class App extends Layout implements ListenerOwner {
  readonly type: string = "app";
  override readonly events: readonly string[] = ["load", "unload"];
  declare readonly options: AppOptions;
  readonly listeners: Listener[] = [];
  /** Names of endpoints that the build callback gave by what it returned. */
  readonly endpointNames: Map<Listener, string> = new Map();
  /** Runs each time a page opens. */
  readonly load: TriggerMethod = eventMethod(this, "load");
  /** Runs on the server when a session has closed; what it returns goes nowhere. */
  readonly unload: TriggerMethod = eventMethod(this, "unload");

  /**
   * An endpoint and MCP tool without anything in the page: the components only say what goes in and out.
   *
   * @example app.api(add, [new Number({ label: "a" }), new Number({ label: "b" })], new Number())
   */
  readonly api: EventMethod = apiMethod(this);
  readonly resources: Resource[] = [];
  readonly prompts: Prompt[] = [];

  constructor(optionsOrBuild: AppOptions | Build = {}, build?: Build) {
    super(typeof optionsOrBuild === "function" ? {} : optionsOrBuild);
    const callback = typeof optionsOrBuild === "function" ? optionsOrBuild : build;
    if (callback) this.build(callback);
  }

  override build(build: Build): this {
    const buildAndName = (): unknown => {
      const returned = build() as unknown;
      this.#nameEndpoints(returned);
      return returned;
    };
    ownListeners(this, () => buildInside(this, buildAndName));
    return this;
  }

  /**
   * Something MCP clients can read by its address. Variables in braces are given to the function.
   *
   * @throws OPTION_INVALID when the address is none, or is declared twice
   * @example app.resource("notes://{day}", ({ day }) => notes.get(day) ?? "", { description: "Notes of a day." })
   */
  resource<const TUri extends string>(uri: TUri, fn: ResourceFn<TUri>, options: ResourceOptions = {}): this {
    if (this.resources.some(({ template }) => template.text === uri)) throw declaredTwice("resource", uri);
    this.resources.push(createResource(uri, fn, options));
    return this;
  }

  /**
   * A text that people of MCP hosts choose by its name and fill in. The function returns the text, or messages.
   *
   * @throws OPTION_INVALID when the name has other signs than letters, digits, - and _, or is declared twice
   * @example app.prompt("translate", ({ text }) => `Translate: ${text}`, { arguments: { text: "What to translate." } })
   */
  prompt<const TArguments extends PromptArguments = {}>(
    name: string,
    fn: PromptFn<TArguments>,
    options: PromptOptions<TArguments> = {},
  ): this {
    if (this.prompts.some((known) => known.name === name)) throw declaredTwice("prompt", name);
    this.prompts.push(createPrompt(name, fn, options));
    return this;
  }

  addListener(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** `return { greet: button.click(…) }` names the endpoint `greet`. @throws API_NAME_INVALID when it has another name */
  #nameEndpoints(returned: unknown): void {
    if (typeof returned !== "object" || returned === null || returned instanceof Promise) return;
    for (const [name, listener] of Object.entries(returned)) {
      if (!(listener instanceof Listener)) continue;
      const { apiName = name } = listener.options;
      if (apiName !== name) {
        throw new VitrineError("API_NAME_INVALID", {
          message: `The build callback returns a listener as "${name}" whose apiName is ${JSON.stringify(apiName)}.`,
          hint: "Name the endpoint once: by the key under which the listener is returned, or by apiName.",
        });
      }
      this.endpointNames.set(listener, name);
    }
  }

  protected override ownProps(): Props {
    const { title, showTitle } = this.options;
    return showTitle && title ? { heading: title } : {};
  }
}

function declaredTwice(what: string, name: string): VitrineError {
  return new VitrineError("OPTION_INVALID", { message: `The ${what} "${name}" is declared twice.` });
}

/** Every block below and including `block`, parents first. */
export function* walkBlocks(block: Block): Generator<Block> {
  yield block;
  if (block instanceof Layout) for (const child of block.children) yield* walkBlocks(child);
}
