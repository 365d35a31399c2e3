import {
  State,
  VitrineError,
  on,
  parameterNames as parameterNamesOf,
  type AnyListenerFn,
  type Component,
  type EndpointTypes,
  type Listener,
  type ListenerOptions,
  type TriggerMethod,
} from "@vitrine/core";
import { Button, ClearButton, Column, componentFromShortcut, Markdown, Row } from "@vitrine/components";
import { Blocks, type BlocksOptions } from "../blocks.ts";
import { Examples } from "../examples.ts";
import type { InterfaceConstructor, Spec, Specs } from "./interface-types.ts";

export interface InterfaceOptions
  extends
    BlocksOptions,
    Pick<
      ListenerOptions,
      | "apiName"
      | "apiDescription"
      | "apiVisibility"
      | "parameterNames"
      | "queue"
      | "concurrencyLimit"
      | "concurrencyId"
      | "resource"
      | "showProgress"
      | "maxQueue"
      | "maxSeconds"
    > {
  /** Markdown below the title. */
  readonly description?: string;
  /** Markdown below everything. */
  readonly article?: string;
  /** Rows of example inputs; with one input, plain values. A click fills the inputs. */
  readonly examples?: readonly unknown[];
  /** Shown in place of the values; one for each example. */
  readonly exampleLabels?: readonly string[];
  /** @default 10 */
  readonly examplesPerPage?: number;
  /** Runs whenever an input changes; there is no Submit then. @default false */
  readonly live?: boolean;
  /** @default "Submit" ("Generate" without inputs) */
  readonly submitBtn?: string;
  /** Takes the place of Submit while a generator runs. @default "Stop" */
  readonly stopBtn?: string;
  /** `null`: none. @default "Clear" */
  readonly clearBtn?: string | null;
}

/** Input and output, output only, input only, or the same components as both. */
type Shape = "standard" | "outputOnly" | "inputOnly" | "unified";

class InterfaceApp extends Blocks {
  readonly inputs: readonly Component[];
  readonly outputs: readonly Component[];
  readonly #fn: AnyListenerFn;
  readonly #settings: InterfaceOptions;
  readonly #shape: Shape;

  constructor(fn: AnyListenerFn, inputs: Specs, outputs: Specs, options: InterfaceOptions = {}) {
    super({ showTitle: true, ...options });
    this.#fn = fn;
    this.#settings = options;
    this.inputs = toComponents(inputs);
    this.outputs = withSharedState(this.inputs, toComponents(outputs));
    this.#shape = shapeOf(this.inputs, this.outputs);
    this.#nameBlocks();
    this.build(() => this.#layOut());
  }

  #layOut(): void {
    const { description, article } = this.#settings;
    if (description) new Markdown({ value: description });
    if (this.#shape === "standard") {
      new Row(() => {
        const buttons = this.#inputColumn();
        new Column(() => place(this.outputs));
        this.#wire(buttons);
      });
    } else {
      new Column(() => {
        place(this.#shape === "outputOnly" ? this.outputs : this.inputs);
        this.#wire(this.#buttonRow());
      });
    }
    this.#examples();
    if (article) new Markdown({ value: article });
  }

  #inputColumn(): Buttons {
    let buttons: Buttons = {};
    new Column(() => {
      place(this.inputs);
      buttons = this.#buttonRow();
    });
    return buttons;
  }

  #buttonRow(): Buttons {
    const {
      live,
      clearBtn = "Clear",
      stopBtn = "Stop",
      submitBtn = this.#shape === "outputOnly" ? "Generate" : "Submit",
    } = this.#settings;
    const canStop = isGenerator(this.#fn);
    const buttons: Buttons = {};
    new Row(() => {
      if (clearBtn !== null) new ClearButton(unique([...this.inputs, ...this.outputs]), { value: clearBtn });
      if (live && this.#shape !== "outputOnly") return;
      buttons.submit = new Button(submitBtn, {
        variant: "primary",
        ...(canStop ? { visibleWhile: "idle" } : {}),
      });
      if (canStop) buttons.stop = new Button(stopBtn, { variant: "stop", visibleWhile: "running" });
    });
    return buttons;
  }

  #wire({ submit, stop }: Buttons): void {
    const { live } = this.#settings;
    const options = listenerOptions(this.#settings);
    const fn = this.#fn as () => never;
    const inputs = [...this.inputs];
    const outputs = [...this.outputs];
    const changes = live ? inputs.flatMap((input) => eventOf(input, "change") ?? []) : [];
    if (live) {
      const triggers = this.#shape === "outputOnly" ? [this.load] : changes;
      on(triggers, fn, inputs, outputs, { triggerMode: "alwaysLast", ...options });
    }
    if (!submit) return;
    const submits = inputs.flatMap((input) => eventOf(input, "submit") ?? []);
    const run: Listener = on([submit.click, ...submits], fn, inputs, outputs, options);
    stop?.click(null, [], [], { cancels: run });
  }

  #examples(): void {
    const { examples, exampleLabels, examplesPerPage } = this.#settings;
    if (!examples || examples.length === 0) return;
    const filled = this.inputs.filter((input) => input.storage === "page");
    new Examples(examples, filled, {
      ...(exampleLabels ? { exampleLabels } : {}),
      ...(examplesPerPage ? { examplesPerPage } : {}),
    });
  }

  #nameBlocks(): void {
    const names = this.#settings.parameterNames ?? parameterNamesOf(this.#fn);
    this.inputs.forEach((input, index) => {
      input.defaultLabel ??= names[index];
    });
    const shown = this.outputs.filter((output) => output.storage === "page");
    shown.forEach((output, index) => {
      output.defaultLabel ??= shown.length === 1 ? "output" : `output ${index}`;
    });
  }
}

/**
 * A whole app from one function: inputs at the left, outputs at the right, Submit, Clear, and Stop for generators.
 *
 * @throws INTERFACE_SHAPE without inputs and outputs; INTERFACE_STATE when State is not one on each side
 * @example
 * const greet = (name: string, intensity: number) => `Hello, ${name}${"!".repeat(intensity)}`;
 * new Interface(greet, ["text", new Slider({ minimum: 1, maximum: 5, step: 1 })], "text").launch();
 */
export const Interface: InterfaceConstructor = InterfaceApp as unknown as InterfaceConstructor;
/** An app made from one function. */
export interface Interface<TEndpoints extends EndpointTypes = EndpointTypes> extends Blocks {
  /** Only for the compiler: what clients may call. */
  readonly endpointTypes: TEndpoints;
  readonly inputs: readonly Component[];
  readonly outputs: readonly Component[];
}

interface Buttons {
  submit?: Button;
  stop?: Button;
}

function toComponents(specs: Specs): readonly Component[] {
  if (specs === null || specs === undefined) return [];
  const list: readonly Spec[] = Array.isArray(specs) ? specs : [specs as Spec];
  // Constructed inside an outer build callback they stand in its layout; here they get a place of their own.
  return list.map((spec) => (typeof spec === "string" ? componentFromShortcut(spec) : spec.unrender()));
}

function shapeOf(inputs: readonly Component[], outputs: readonly Component[]): Shape {
  if (inputs.length === 0 && outputs.length === 0) {
    throw new VitrineError("INTERFACE_SHAPE", {
      message: "An Interface expected inputs or outputs, got neither.",
    });
  }
  if (outputs.length === 0) return "inputOnly";
  if (inputs.length === 0) return "outputOnly";
  return inputs.length === outputs.length && inputs.every((input, index) => input === outputs[index])
    ? "unified"
    : "standard";
}

/** The State among the outputs is the one among the inputs. */
function withSharedState(inputs: readonly Component[], outputs: readonly Component[]): readonly Component[] {
  const isState = (component: Component): component is State<unknown> => component instanceof State;
  const given = inputs.filter(isState);
  const returned = outputs.filter(isState);
  if (given.length === 0 && returned.length === 0) return outputs;
  if (given.length !== 1 || returned.length !== 1) {
    throw new VitrineError("INTERFACE_STATE", {
      message: `An Interface expected one State among its inputs and one among its outputs, got ${given.length} and ${returned.length}.`,
    });
  }
  return outputs.map((output) => (isState(output) ? (given[0] ?? output) : output));
}

function place(components: readonly Component[]): void {
  for (const component of components) if (!component.parent) component.render();
}

function unique(components: readonly Component[]): readonly Component[] {
  return [...new Set(components)];
}

/** The event method of a component, if it has that event. */
function eventOf(component: Component, event: string): TriggerMethod | undefined {
  const method = (component as unknown as Readonly<Record<string, unknown>>)[event];
  return component.events.includes(event) && typeof method === "function"
    ? (method as unknown as TriggerMethod)
    : undefined;
}

function listenerOptions(options: InterfaceOptions): ListenerOptions {
  const {
    apiName,
    apiDescription,
    apiVisibility,
    parameterNames,
    queue,
    concurrencyLimit,
    concurrencyId,
    resource,
    showProgress,
    maxQueue,
    maxSeconds,
  } = options;
  const given = {
    apiName,
    apiDescription,
    apiVisibility,
    parameterNames,
    queue,
    concurrencyLimit,
    concurrencyId,
    resource,
    showProgress,
    maxQueue,
    maxSeconds,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function isGenerator(fn: AnyListenerFn): boolean {
  return fn.constructor.name.endsWith("GeneratorFunction");
}
