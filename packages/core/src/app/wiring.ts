import type { Block } from "../component/block.ts";
import type { Update } from "../component/update.ts";
import type { JobContext } from "./job-context.ts";

/** One block, several in order, or none. */
export type Wires = Block | readonly Block[] | null | undefined;

type ValueIn<TBlock> = TBlock extends { readonly valueTypes: { readonly in: infer TIn } } ? TIn : never;
type ValueOut<TBlock> = TBlock extends { readonly valueTypes: { readonly out: infer TOut } } ? TOut : never;

/** What a function receives for these inputs, in order. */
export type InputValues<TInputs> = TInputs extends readonly unknown[]
  ? { -readonly [K in keyof TInputs]: ValueIn<TInputs[K]> }
  : TInputs extends null | undefined
    ? []
    : [ValueIn<TInputs>];

/** What a function returns for two outputs or more. */
export type OutputTuple<TOutputs extends readonly unknown[]> = {
  -readonly [K in keyof TOutputs]: ValueOut<TOutputs[K]>;
};

/** What a function returns for these outputs: the bare value for one, a tuple for several, anything for none. */
export type OutputValues<TOutputs> = TOutputs extends readonly unknown[]
  ? TOutputs extends readonly []
    ? unknown
    : TOutputs extends readonly [infer TOne]
      ? ValueOut<TOne>
      : OutputTuple<TOutputs> | Update
  : TOutputs extends null | undefined
    ? unknown
    : ValueOut<TOutputs>;

/** A function may return, promise, or yield its result (sync or async). */
export type Produces<TResult> =
  | TResult
  | Promise<TResult>
  | Generator<TResult, TResult | void, unknown>
  | AsyncGenerator<TResult, TResult | void, unknown>;

/** The function of a listener with `batch`: a column for each input, and one returned for each output. */
export type BatchFn<TInputs, TOutputs> = (
  ...args: [...AsArray<Columns<InputValues<TInputs>>>, JobContext]
) => BatchResult<TOutputs> | Promise<BatchResult<TOutputs>>;

type Columns<TValues> = TValues extends readonly unknown[]
  ? { -readonly [K in keyof TValues]: TValues[K][] }
  : never;

type BatchResult<TOutputs> = TOutputs extends readonly [unknown, unknown, ...unknown[]]
  ? { [K in keyof TOutputs]: readonly ValueOut<TOutputs[K]>[] }
  : readonly OutputValues<TOutputs>[];

type AsArray<T> = T extends readonly unknown[] ? T : never;

/** The arguments of a listener's function: the input values in order, then the context. */
export type ListenerArgs<TInputs> = [...AsArray<InputValues<TInputs>>, JobContext];

/** The function of a listener with these inputs and outputs. */
export type ListenerFn<TInputs, TOutputs> = (
  ...args: ListenerArgs<TInputs>
) => Produces<OutputValues<TOutputs>>;

/** As `ListenerFn` for several outputs, inferring the tuple so that `return [a, b]` needs no `as const`. */
export type TupleFn<TInputs, TTuple extends readonly unknown[]> = (
  ...args: ListenerArgs<TInputs>
) => Produces<[...TTuple]>;
