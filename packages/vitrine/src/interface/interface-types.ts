import type { Component, ListenerFn, OutputTuple, TupleFn } from "@vitrine/core";
import type { ShortcutName, Shortcuts } from "@vitrine/components";
import type { Interface, InterfaceOptions } from "./interface.ts";

/** A component, or the name of one with default options. */
export type Spec = Component | ShortcutName;
/** One, several in order, or none. */
export type Specs = Spec | readonly Spec[] | null;

type Resolved<TSpec> = TSpec extends keyof Shortcuts ? Shortcuts[TSpec] : TSpec;
/** The components that shortcuts stand for, in the shape in which they were given. */
export type Components<TSpecs> = TSpecs extends readonly unknown[]
  ? { readonly [K in keyof TSpecs]: Resolved<TSpecs[K]> }
  : Resolved<TSpecs>;

/** Several components in order; kept apart from `Components` so that the compiler sees a tuple at once. */
type ComponentTuple<TSpecs extends readonly unknown[]> = {
  readonly [K in keyof TSpecs]: Resolved<TSpecs[K]>;
};

/**
 * `new Interface(fn, inputs, outputs, options?)`. The function's parameters and its result are checked against the
 * components: the first signature infers tuples, so that a function may return `[a, b]` without `as const`.
 */
export interface InterfaceConstructor {
  new <
    const TInputs extends Specs,
    const TOutputs extends readonly [Spec, Spec, ...Spec[]],
    TTuple extends OutputTuple<ComponentTuple<TOutputs>>,
  >(
    fn: TupleFn<Components<TInputs>, TTuple>,
    inputs: TInputs,
    outputs: TOutputs,
    options?: InterfaceOptions,
  ): Interface;
  new <const TInputs extends Specs, const TOutputs extends Specs>(
    fn: ListenerFn<Components<TInputs>, Components<TOutputs>>,
    inputs: TInputs,
    outputs: TOutputs,
    options?: InterfaceOptions,
  ): Interface;
}
