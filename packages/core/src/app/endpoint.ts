import { Component, type ComponentContext } from "../component/component.ts";
import { VitrineError } from "../errors.ts";
import type { BlockId } from "../ids.ts";
import type { Json, JsonObject } from "../json.ts";
import type { CompiledApp, CompiledListener } from "./compile-app.ts";
import type { ApiVisibility } from "./listener.ts";
import { parameterNames } from "./parameter-names.ts";

/** A listener as API clients know it: by name, with parameters and returns. */
export interface Endpoint {
  /** Without a leading slash. */
  readonly name: string;
  readonly description: string;
  readonly visibility: ApiVisibility;
  readonly listener: CompiledListener;
  /** In the order of the inputs; buttons and States are left out. */
  readonly parameters: readonly EndpointParameter[];
  /** In the order of the outputs; layouts, buttons and States are left out. */
  readonly returns: readonly EndpointReturn[];
  /** Whether it may give more than one result. */
  readonly isGenerator: boolean;
}

export interface EndpointReturn {
  readonly label: string;
  readonly blockId: BlockId;
  readonly component: Component;
  /** Where it stands among all outputs of the listener. */
  readonly index: number;
  /** JSON schema of the payload. */
  readonly schema: JsonObject;
  /** An example of a payload. */
  readonly example: Json;
}

export interface EndpointParameter extends EndpointReturn {
  /** Unique in its endpoint: letters, digits and _. */
  readonly name: string;
  /** Used when the client gives none; `undefined`: it has to give one. */
  readonly defaultPayload: Json | undefined;
}

/** The endpoints of an app by name, private ones among them. */
export async function describeEndpoints(
  app: CompiledApp,
  context: ComponentContext,
): Promise<ReadonlyMap<string, Endpoint>> {
  const named = [...app.listeners.values()].filter((listener) => listener.apiName !== undefined);
  const endpoints = await Promise.all(named.map((listener) => describeEndpoint(listener, context)));
  return new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]));
}

/**
 * The endpoint of this name that anybody may call: a private one answers as one that does not exist.
 *
 * @throws UNKNOWN_ENDPOINT naming those there are
 */
export function findEndpoint(endpoints: ReadonlyMap<string, Endpoint>, name: string): Endpoint {
  const endpoint = endpoints.get(name);
  if (endpoint && endpoint.visibility !== "private") return endpoint;
  const listed = [...endpoints.values()].filter(({ visibility }) => visibility === "public");
  const names = listed.map((one) => one.name).join(", ") || "no endpoints";
  throw new VitrineError("UNKNOWN_ENDPOINT", {
    message: `This app has ${names}; got "${name.slice(0, 80)}".`,
  });
}

/**
 * The payloads of all inputs for parameters given in order; those left out at the end have their default.
 *
 * @throws WRONG_INPUT_COUNT, PARAMETER_MISSING
 */
export function payloadsInOrder(endpoint: Endpoint, given: readonly Json[]): readonly Json[] {
  const { parameters } = endpoint;
  if (given.length > parameters.length) {
    throw new VitrineError("WRONG_INPUT_COUNT", {
      message: `${endpoint.name} takes ${parameters.length} parameters, got ${given.length}.`,
      hint: "Send one value for each parameter.",
    });
  }
  return fillInputs(endpoint, (_parameter, index) => given[index]);
}

/**
 * The payloads of all inputs for parameters given by name; those left out have their default.
 *
 * @throws PARAMETER_UNKNOWN, PARAMETER_MISSING
 */
export function payloadsByName(endpoint: Endpoint, given: Readonly<Record<string, Json>>): readonly Json[] {
  const names = endpoint.parameters.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const known = names.length === 0 ? "no parameters" : names.join(", ");
    throw new VitrineError("PARAMETER_UNKNOWN", {
      message: `${endpoint.name} takes ${known}; got "${unknown.slice(0, 80)}".`,
    });
  }
  return fillInputs(endpoint, ({ name }) => (Object.hasOwn(given, name) ? given[name] : undefined));
}

function fillInputs(
  endpoint: Endpoint,
  valueOf: (parameter: EndpointParameter, index: number) => Json | undefined,
): readonly Json[] {
  const payloads = endpoint.listener.inputs.map((input): Json => (input.isInApi ? null : input.emptyPayload));
  endpoint.parameters.forEach((parameter, index) => {
    const sent = valueOf(parameter, index);
    // A null that was sent is a value: the component says whether it takes it.
    const payload = sent === undefined ? parameter.defaultPayload : sent;
    if (payload === undefined) {
      throw new VitrineError("PARAMETER_MISSING", {
        message: `${endpoint.name} expected a value for "${parameter.name}", got none.`,
      });
    }
    payloads[parameter.index] = payload;
  });
  return payloads;
}

async function describeEndpoint(listener: CompiledListener, context: ComponentContext): Promise<Endpoint> {
  const names = uniqueNames(listener);
  const parameters = listener.inputs.map(async (component, index): Promise<EndpointParameter> => {
    const blockId = listener.inputIds[index] as BlockId;
    const defaultPayload = await defaultOf(component, context);
    const name = names[index] ?? `param_${index}`;
    return { ...describeValue(component, { blockId, index, label: name }), name, defaultPayload };
  });
  const returns = listener.outputs.flatMap((block, index) => {
    if (!(block instanceof Component) || !block.isInApi) return [];
    const blockId = listener.outputIds[index] as BlockId;
    return [describeValue(block, { blockId, index, label: `value_${index}` })];
  });
  return {
    name: listener.apiName ?? "",
    description: listener.options.apiDescription ?? "",
    visibility: listener.options.apiVisibility ?? "public",
    listener,
    parameters: (await Promise.all(parameters)).filter(({ component }) => component.isInApi),
    returns,
    isGenerator: listener.fn?.constructor.name.endsWith("GeneratorFunction") ?? false,
  };
}

interface Place {
  readonly blockId: BlockId;
  readonly index: number;
  /** Label of a component that has none. */
  readonly label: string;
}

function describeValue(component: Component, { label, ...place }: Place): EndpointReturn {
  return {
    ...place,
    label: component.options.label ?? component.defaultLabel ?? label,
    component,
    schema: component.jsonSchema(),
    example: component.examplePayload(),
  };
}

/** What the page would send for the untouched component, unless it is empty and has to be filled in. */
async function defaultOf(component: Component, context: ComponentContext): Promise<Json | undefined> {
  const { value, required } = component.options as { readonly value?: unknown; readonly required?: boolean };
  const isGiven = value !== undefined && typeof value !== "function";
  const initial = await component.initialPayload(context);
  if (isGiven || required === false) return initial;
  // An empty choice, text or picture is for the visitor to fill; a slider or checkbox is never empty.
  return isEmpty(initial) || (await isRefused(component, initial, context)) ? undefined : initial;
}

/** An empty list of files is refused, an empty list of choices is one: the component knows. */
async function isRefused(component: Component, payload: Json, context: ComponentContext): Promise<boolean> {
  try {
    await component.preprocess(payload, context);
    return false;
  } catch (error) {
    return error instanceof VitrineError && error.code === "VALUE_REQUIRED";
  }
}

function isEmpty(payload: Json): boolean {
  return payload === null || payload === "";
}

/** One name for each input, as the function's source has it, else from the label. */
function uniqueNames(listener: CompiledListener): readonly string[] {
  const fromSource = listener.options.parameterNames ?? (listener.fn ? parameterNames(listener.fn) : []);
  const taken = new Set<string>();
  return listener.inputs.map((component, index) => {
    const label = component.options.label ?? component.defaultLabel ?? "";
    const base = sourceName(fromSource[index] ?? "", label) || toName(label) || `param_${index}`;
    let name = base;
    for (let n = 1; taken.has(name); n++) name = `${base}_${n}`;
    taken.add(name);
    return name;
  });
}

/** A bundler numbers a parameter that has an outer variable's name; where the label says so too, it has its own name again. */
function sourceName(name: string, label: string): string {
  const unnumbered = name.replace(/\d+$/, "");
  const isNumbered = unnumbered !== "" && toName(label) === unnumbered.toLowerCase();
  const own = isNumbered ? unnumbered : name;
  return /^[A-Za-z_]\w*$/.test(own) ? own : toName(own);
}

/** A label as a parameter's name: `"Your name"` is `your_name`. */
function toName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/\W+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^\d/.test(name) ? `_${name}` : name;
}
