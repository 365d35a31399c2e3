import type { Block } from "../component/block.ts";
import { VitrineError } from "../errors.ts";
import { currentListenerOwner, ownListeners, type ListenerOwner } from "./building-context.ts";
import type { EndpointOf, EndpointType } from "./endpoint-types.ts";
import type { BatchFn, ListenerFn, OutputTuple, TupleFn, Wires } from "./wiring.ts";

/** What a repeat of the trigger does while the listener runs in that session. */
export type TriggerMode = "once" | "multiple" | "alwaysLast";

/** Who may call an endpoint by name. */
export type ApiVisibility = "public" | "undocumented" | "private";

export interface ListenerOptions {
  /** Name of the endpoint for API clients; `false` hides it. @default the function's name */
  readonly apiName?: string | false;
  /** What the endpoint does, for people and models that choose among endpoints. @default none */
  readonly apiDescription?: string;
  /**
   * Who may call the endpoint by name: `"public"`: everybody; `"undocumented"`: whoever knows the name, it is listed
   * nowhere; `"private"`: only the app's own page. The server holds it. @default "public"
   */
  readonly apiVisibility?: ApiVisibility;
  /** Names of the function's parameters, in the order of the inputs. @default as its source has them, else from the labels */
  readonly parameterNames?: readonly string[];
  /** `false`: jobs never wait for one another. @default true */
  readonly queue?: boolean;
  /** `true` needs a function over columns: `BatchListenerOptions`. @default false */
  readonly batch?: false;
  /** `"full"`: line, time and position; `"minimal"`: time only; `"hidden"`: nothing. @default "full" */
  readonly showProgress?: "full" | "minimal" | "hidden";
  /** @default "alwaysLast" for change and key_up, else "once" */
  readonly triggerMode?: TriggerMode;
  /** Most runs at once, over all sessions; `null`: no limit. @default 10, or 1 with a `resource` */
  readonly concurrencyLimit?: number | null;
  /** Listeners with the same id share one limit (the lowest any of them names). @default each its own */
  readonly concurrencyId?: string;
  /** Something only one run may use at a time, such as `"gpu"`; shared by every listener that names it. */
  readonly resource?: string;
  /** Waiting runs beyond this are refused at once. @default 1000 */
  readonly maxQueue?: number;
  /** Runs longer than this many seconds are cancelled. @default no limit */
  readonly maxSeconds?: number;
  /** Running jobs of these listeners, in the same session, are cancelled when this one is triggered. */
  readonly cancels?: Listener | readonly Listener[];
  /** Scrolls to the first output when the job is complete. @default false */
  readonly scrollToOutput?: boolean;
}

/**
 * Options of a listener whose function takes several jobs at once: it receives a column (an array with one value for
 * each job) for each input, and returns one for each output. It returns once; generators cannot be batched.
 *
 * @throws OPTION_INVALID for a generator, with `resource`, `concurrencyId` or `queue: false`
 */
export interface BatchListenerOptions extends Omit<
  ListenerOptions,
  "batch" | "queue" | "resource" | "concurrencyId"
> {
  readonly batch: true;
  /** Jobs the function takes at most at once. @default 4 */
  readonly maxBatchSize?: number;
  /** Most batches at once; `null`: no limit. @default 1 */
  readonly concurrencyLimit?: number | null;
}

/** (block, event) that starts a listener. */
export interface Trigger {
  readonly block: Block;
  readonly event: string;
}

/** When a chained listener starts, after the one it is chained to. */
export type ChainMoment = "after" | "success" | "failure";

export interface Chain {
  readonly previous: Listener;
  readonly moment: ChainMoment;
}

/** A listener's function once its types have been checked. */
export type AnyListenerFn = (...args: never[]) => unknown;

/** Options of a listener of either kind. */
export type AnyListenerOptions = Omit<ListenerOptions, "batch"> & {
  readonly batch?: boolean;
  readonly maxBatchSize?: number;
};

interface ListenerParts {
  readonly triggers: readonly Trigger[];
  readonly chain?: Chain;
  readonly fn: AnyListenerFn | null;
  readonly inputs: Wires;
  readonly outputs: Wires;
  readonly options: AnyListenerOptions;
}

/** Options whose `parameterNames` the compiler remembers, for clients of the app. */
interface NamedBy<TNames extends readonly string[]> {
  readonly parameterNames?: TNames;
}

/** Declares a listener: the function, what it receives and where its results go. */
export interface EventMethod {
  <
    const TInputs extends Wires,
    const TOutputs extends readonly [Block, Block, ...Block[]],
    TTuple extends OutputTuple<TOutputs>,
    const TNames extends readonly string[] = readonly string[],
  >(
    fn: TupleFn<TInputs, TTuple>,
    inputs: TInputs,
    outputs: TOutputs,
    options?: ListenerOptions & NamedBy<TNames>,
  ): Listener<EndpointOf<TInputs, TOutputs, TNames>>;
  <
    const TInputs extends Wires,
    const TOutputs extends Wires,
    const TNames extends readonly string[] = readonly string[],
  >(
    fn: BatchFn<TInputs, TOutputs>,
    inputs: TInputs,
    outputs: TOutputs,
    options: BatchListenerOptions & NamedBy<TNames>,
  ): Listener<EndpointOf<TInputs, TOutputs, TNames>>;
  <
    const TInputs extends Wires = null,
    const TOutputs extends Wires = null,
    const TNames extends readonly string[] = readonly string[],
  >(
    fn: ListenerFn<TInputs, TOutputs> | null,
    inputs?: TInputs,
    outputs?: TOutputs,
    options?: ListenerOptions & NamedBy<TNames>,
  ): Listener<EndpointOf<TInputs, TOutputs, TNames>>;
}

/** An event method that `on()` can read the trigger of. */
export interface TriggerMethod extends EventMethod {
  readonly trigger: Trigger;
}

/** Triggers, inputs, a function and outputs. Returned by event methods, for chaining and for `cancels`. */
export class Listener<TEndpoint extends EndpointType = EndpointType> {
  /** Only for the compiler: what clients send and get. */
  declare readonly endpointType: TEndpoint;
  readonly triggers: readonly Trigger[];
  readonly chain: Chain | undefined;
  readonly fn: AnyListenerFn | null;
  readonly inputs: readonly Block[];
  readonly outputs: readonly Block[];
  readonly options: AnyListenerOptions;
  /** Runs when this one has ended, however it ended. */
  readonly after: EventMethod;
  /** Runs when this one has ended well. */
  readonly success: EventMethod;
  /** Runs when this one has failed or was cancelled. */
  readonly failure: EventMethod;

  constructor(parts: ListenerParts) {
    this.triggers = parts.triggers;
    this.chain = parts.chain;
    this.fn = parts.fn;
    this.inputs = toBlocks(parts.inputs);
    this.outputs = toBlocks(parts.outputs);
    this.options = parts.options;
    this.after = this.#chained("after");
    this.success = this.#chained("success");
    this.failure = this.#chained("failure");
  }

  #chained(moment: ChainMoment): EventMethod {
    return listenerMaker({ triggers: [], chain: { previous: this, moment } });
  }
}

/** The event method of a block: `readonly click = eventMethod(this, "click")`. */
export function eventMethod(block: Block, event: string): TriggerMethod {
  const trigger = { block, event };
  return Object.assign(listenerMaker({ triggers: [trigger] }), { trigger });
}

/** One listener for several triggers: `on([box.submit, button.click], fn, inputs, outputs)`. */
export function on<
  const TInputs extends Wires,
  const TOutputs extends readonly [Block, Block, ...Block[]],
  TTuple extends OutputTuple<TOutputs>,
  const TNames extends readonly string[] = readonly string[],
>(
  triggers: readonly TriggerMethod[],
  fn: TupleFn<TInputs, TTuple>,
  inputs: TInputs,
  outputs: TOutputs,
  options?: ListenerOptions & NamedBy<TNames>,
): Listener<EndpointOf<TInputs, TOutputs, TNames>>;
export function on<
  const TInputs extends Wires,
  const TOutputs extends Wires,
  const TNames extends readonly string[] = readonly string[],
>(
  triggers: readonly TriggerMethod[],
  fn: BatchFn<TInputs, TOutputs>,
  inputs: TInputs,
  outputs: TOutputs,
  options: BatchListenerOptions & NamedBy<TNames>,
): Listener<EndpointOf<TInputs, TOutputs, TNames>>;
export function on<
  const TInputs extends Wires = null,
  const TOutputs extends Wires = null,
  const TNames extends readonly string[] = readonly string[],
>(
  triggers: readonly TriggerMethod[],
  fn: ListenerFn<TInputs, TOutputs> | null,
  inputs?: TInputs,
  outputs?: TOutputs,
  options?: ListenerOptions & NamedBy<TNames>,
): Listener<EndpointOf<TInputs, TOutputs, TNames>>;
export function on(
  triggers: readonly TriggerMethod[],
  fn: AnyListenerFn | null,
  ...wiring: [Wires?, Wires?, AnyListenerOptions?]
): Listener {
  return declareListener({ triggers: triggers.map((method) => method.trigger) }, fn, wiring);
}

/** The `api` method of an app: a listener that no event triggers, for API clients alone. */
export function apiMethod(owner: ListenerOwner): EventMethod {
  const make = listenerMaker({ triggers: [] }) as (...declared: readonly unknown[]) => Listener;
  return ((...declared: readonly unknown[]) => {
    let listener: Listener | undefined;
    ownListeners(owner, () => {
      listener = make(...declared);
    });
    return listener;
  }) as EventMethod;
}

type ListenerStart = Pick<ListenerParts, "triggers" | "chain">;

function listenerMaker(start: ListenerStart): EventMethod {
  const make = (fn: AnyListenerFn | null, ...wiring: [Wires?, Wires?, AnyListenerOptions?]) =>
    declareListener(start, fn, wiring);
  // Which endpoint it is, only the compiler knows.
  return make as unknown as EventMethod;
}

function declareListener(
  start: ListenerStart,
  fn: AnyListenerFn | null,
  wiring: [Wires?, Wires?, AnyListenerOptions?],
): Listener {
  const owner = currentListenerOwner();
  if (!owner) {
    throw new VitrineError("LISTENER_OUTSIDE_APP", { message: "A listener was declared outside any app." });
  }
  const [inputs, outputs, options = {}] = wiring;
  const listener = new Listener({ ...start, fn, inputs, outputs, options });
  owner.addListener(listener);
  return listener;
}

function toBlocks(wires: Wires): readonly Block[] {
  if (wires === null || wires === undefined) return [];
  return Array.isArray(wires) ? wires : [wires as Block];
}
