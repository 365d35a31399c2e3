import { Component, State, VitrineError, type AnyComponent, type IdOf, type Props } from "@vitrine/core";
import { Button, type ButtonOptions } from "../button/button.ts";
import { describeValue } from "../shared/describe-value.ts";

export interface ClearButtonOptions extends ButtonOptions {
  /** Text on the button. @default "Clear" */
  readonly value?: ButtonOptions["value"];
  /** What it clears. @default [] */
  readonly components?: readonly AnyComponent[];
}

/**
 * A button that empties components at once, in the page (a Slider goes to its minimum, a Checkbox to false), and gives
 * a State its initial value again. It does not bring back first values of the others.
 *
 * @throws OPTION_INVALID when something other than a component is listed
 * @example new ClearButton([prompt, image, history])
 */
export class ClearButton extends Button {
  override readonly type = "clear-button";
  declare readonly options: ClearButtonOptions;
  readonly #components: AnyComponent[] = [];

  constructor(
    componentsOrOptions: AnyComponent | readonly AnyComponent[] | ClearButtonOptions = {},
    options: ClearButtonOptions = {},
  ) {
    const isList = componentsOrOptions instanceof Component || Array.isArray(componentsOrOptions);
    const given = isList ? options : (componentsOrOptions as ClearButtonOptions);
    super({ value: "Clear", ...given });
    if (isList) this.add(componentsOrOptions as AnyComponent | readonly AnyComponent[]);
    this.add(given.components ?? []);
  }

  /** Clears these as well. */
  add(components: AnyComponent | readonly AnyComponent[]): this {
    for (const component of [components].flat()) {
      if (!(component instanceof Component)) {
        throw new VitrineError("OPTION_INVALID", {
          message: `ClearButton expected components, got ${describeValue(component)}.`,
        });
      }
      if (!this.#components.includes(component)) this.#components.push(component);
    }
    return this;
  }

  override withOptions(changes: Readonly<Record<string, unknown>>): this {
    return super.withOptions({ components: this.#components, ...changes });
  }

  /** States live on the server, so only a listener can set them back. */
  override declareListeners(): void {
    const states = this.#components.filter((component) => component instanceof State);
    if (states.length === 0) return;
    const initialValues = (): unknown => {
      const values = states.map((state) => state.decodeValue(state.initialEncoded()));
      return states.length === 1 ? values[0] : values;
    };
    this.click(initialValues as () => never, [], states, { apiName: false, showProgress: "hidden" });
  }

  protected override ownProps(idOf: IdOf): Props {
    const shown = this.#components.filter((component) => component.storage === "page");
    return { ...super.ownProps(idOf), clears: shown.map(idOf) };
  }
}
