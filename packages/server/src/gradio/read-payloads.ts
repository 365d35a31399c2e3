import type { ApiSession, Endpoint, EndpointParameter, Json } from "@vitrine/core";
import { GradioRefusal, malformed } from "./http/refusal.ts";
import { tooFewValues } from "./event-run.ts";
import type { GradioFiles } from "./files/gradio-files.ts";
import { parameterName } from "./info/api-info.ts";
import { adapterOf } from "./wire/table.ts";

export interface ReadTarget {
  readonly session: ApiSession;
  readonly files: GradioFiles;
  readonly root: string;
  /** Aborts when nobody waits for the call any more. */
  readonly signal: AbortSignal;
}

/**
 * The payloads for values in the order of the inputs. Clients send a null for each State and leave buttons out, or
 * send the parameters alone; more values than inputs are left aside.
 *
 * @throws WRONG_INPUT_COUNT; what the components' adapters throw
 */
export async function readInOrder(
  endpoint: Endpoint,
  data: readonly Json[],
  target: ReadTarget,
): Promise<readonly Json[]> {
  const { inputs } = endpoint.listener;
  const { parameters } = endpoint;
  const sent = inputs.map((input) => input.isInApi || input.storage === "session");
  const hasOnlyParameters = data.length <= parameters.length;
  const isWithoutButtons = !hasOnlyParameters && data.length <= sent.filter(Boolean).length;
  const given = new Map<number, Json>();
  if (hasOnlyParameters) parameters.forEach(({ index }, place) => put(given, index, data[place]));
  else if (isWithoutButtons) {
    const places = inputs.flatMap((_input, index) => (sent[index] ? [index] : []));
    places.forEach((index, place) => put(given, index, data[place]));
  } else inputs.forEach((_input, index) => put(given, index, data[index]));
  const isShort = parameters.some(
    ({ index, defaultPayload }) => !given.has(index) && defaultPayload === undefined,
  );
  if (isShort) throw tooFewValues(inputs.length, data.length);
  return readAll(endpoint, ({ index }) => given.get(index), target);
}

/**
 * The values of a call by name, checked; their payloads are read later.
 *
 * @throws GradioRefusal 422 naming every parameter that is unknown or missing
 */
export function checkNames(endpoint: Endpoint, given: Readonly<Record<string, Json>>): void {
  const names = endpoint.parameters.map(parameterName);
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  const missing = endpoint.parameters.filter(
    (parameter) => parameter.defaultPayload === undefined && !Object.hasOwn(given, parameterName(parameter)),
  );
  const wrong = [
    ...unknown
      .slice(0, 20)
      .map((name) => malformed(["body", name.slice(0, 80)], "There is no such parameter.")),
    ...missing.map((parameter) =>
      malformed(["body", parameterName(parameter)], "This parameter needs a value."),
    ),
  ];
  if (wrong.length === 0) return;
  throw new GradioRefusal(
    422,
    wrong.flatMap(({ detail }) => detail as Json[]),
  );
}

/** The payloads for values by name. */
export function readByName(
  endpoint: Endpoint,
  given: Readonly<Record<string, Json>>,
  target: ReadTarget,
): Promise<readonly Json[]> {
  const valueOf = (parameter: EndpointParameter): Json | undefined => {
    const name = parameterName(parameter);
    return Object.hasOwn(given, name) ? given[name] : undefined;
  };
  return readAll(endpoint, valueOf, target);
}

async function readAll(
  { listener, parameters }: Endpoint,
  valueOf: (parameter: EndpointParameter) => Json | undefined,
  target: ReadTarget,
): Promise<readonly Json[]> {
  const { session, files, root } = target;
  const { files: own } = session.session;
  // What stands in a State's place is never looked at; buttons send their text.
  const payloads = await Promise.all(
    listener.inputs.map(async (input): Promise<Json> => {
      if (input.storage === "session") return null;
      return input.isInApi ? input.emptyPayload : input.initialPayload({ files: own });
    }),
  );
  const takeFile = (wire: Json) => files.take(wire, { files: own, root, signal: () => target.signal });
  await Promise.all(
    parameters.map(async (parameter) => {
      const { component, index, defaultPayload } = parameter;
      const wire = valueOf(parameter);
      if (wire === undefined) payloads[index] = defaultPayload ?? null;
      else if (wire !== null)
        payloads[index] = await adapterOf(component).read(wire, { component, takeFile });
    }),
  );
  return payloads;
}

function put(given: Map<number, Json>, index: number, value: Json | undefined): void {
  if (value !== undefined) given.set(index, value);
}
