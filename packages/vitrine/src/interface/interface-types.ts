import type { Component, EndpointOf, ListenerFn, OutputTuple, TupleFn } from "@vitrine/core";
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

/** Options whose names the compiler remembers, for clients of the app. */
interface NamedOptions<TName extends string, TNames extends readonly string[]> extends InterfaceOptions {
  readonly apiName?: TName | false;
  readonly parameterNames?: TNames;
}

/** The one endpoint of an Interface; without an `apiName` its name is the function's, which the compiler cannot see. */
type InterfaceEndpoints<TName extends string, TEndpoint> = { readonly [K in TName]: TEndpoint };

/**
 * `new Interface(fn, inputs, outputs, options?)`. The function's parameters and its result are checked against the
 * components: the first signature infers tuples, so that a function may return `[a, b]` without `as const`.
 */
export interface InterfaceConstructor {
  new <
    const TInputs extends Specs,
    const TOutputs extends readonly [Spec, Spec, ...Spec[]],
    TTuple extends OutputTuple<ComponentTuple<TOutputs>>,
    const TName extends string = string,
    const TNames extends readonly string[] = readonly string[],
  >(
    fn: TupleFn<Components<TInputs>, TTuple>,
    inputs: TInputs,
    outputs: TOutputs,
    options?: NamedOptions<TName, TNames>,
  ): Interface<InterfaceEndpoints<TName, EndpointOf<Components<TInputs>, ComponentTuple<TOutputs>, TNames>>>;
  new <
    const TInputs extends Specs,
    const TOutputs extends Specs,
    const TName extends string = string,
    const TNames extends readonly string[] = readonly string[],
  >(
    fn: ListenerFn<Components<TInputs>, Components<TOutputs>>,
    inputs: TInputs,
    outputs: TOutputs,
    options?: NamedOptions<TName, TNames>,
  ): Interface<InterfaceEndpoints<TName, EndpointOf<Components<TInputs>, Components<TOutputs>, TNames>>>;
}
