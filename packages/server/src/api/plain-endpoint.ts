import {
  Component,
  payloadsByName,
  VitrineError,
  type ApiOutput,
  type Endpoint,
  type EndpointParameter,
  type EndpointReturn,
  type FileRef,
  type Files,
  type Json,
  type JsonObject,
} from "@vitrine/core";
import { isOneFile, plainSchema, withoutNull, type FileSchemas } from "./plain-schema.ts";
import { fromPayload, holdsFiles, toPayload, toPlainFile, type PlainFiles } from "./plain-values.ts";

/** A name for each value an endpoint gives, as its label has it: `"Your score"` is `your_score`. */
export function returnNames({ returns }: Endpoint): readonly string[] {
  const taken = new Set<string>();
  return returns.map(({ label }, index) => {
    const base =
      label
        .normalize("NFKC")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, "_")
        .replace(/^_+|_+$/g, "") || `value_${index}`;
    let name = base;
    for (let n = 1; taken.has(name); n++) name = `${base}_${n}`;
    taken.add(name);
    return name;
  });
}

/** Whether calls of the same session know of each other. */
export function usesState({ listener }: Endpoint): boolean {
  return [...listener.inputs, ...listener.outputs].some(
    (block) => block instanceof Component && block.storage === "session",
  );
}

/** Whether something of a call lasts: State to go on with, or files to fetch. */
export function leavesSomething(endpoint: Endpoint): boolean {
  return usesState(endpoint) || endpoint.returns.some(({ schema }) => holdsFiles(schema));
}

/** JSON schema of the object of an endpoint's parameters. */
export function parametersSchema(endpoint: Endpoint, files: FileSchemas, baseUrl: string): JsonObject {
  const properties = endpoint.parameters.map((parameter) => [
    parameter.name,
    parameterSchema(parameter, files, baseUrl),
  ]);
  const required = endpoint.parameters
    .filter(({ defaultPayload }) => defaultPayload === undefined)
    .map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries(properties) as JsonObject,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** JSON schema of the object of what an endpoint gives. */
export function returnsSchema(endpoint: Endpoint, files: FileSchemas): JsonObject {
  const names = returnNames(endpoint);
  const properties = endpoint.returns.map((one, index) => [
    names[index] ?? "",
    { ...describeValue(one), ...plainSchema(one.schema, "out", files) },
  ]);
  return {
    type: "object",
    properties: Object.fromEntries(properties) as JsonObject,
    ...(names.length === 0 ? {} : { required: names }),
  };
}

/** An example of the parameters: their defaults, and what has none as its component shows it. */
export function exampleParameters({ parameters }: Endpoint, baseUrl: string): JsonObject {
  return Object.fromEntries(
    parameters.map((parameter) => [
      parameter.name,
      parameter.defaultPayload === undefined
        ? exampleOf(parameter)
        : defaultOf(parameter, parameter.defaultPayload, baseUrl),
    ]),
  );
}

/** An example of what an endpoint gives. */
export function exampleReturns(endpoint: Endpoint, baseUrl: string): JsonObject {
  const names = returnNames(endpoint);
  const show = (file: FileRef): Json => toPlainFile(file, baseUrl);
  return Object.fromEntries(
    endpoint.returns.map(({ schema, example }, index) => [
      names[index] ?? "",
      fromPayload(schema, example, show),
    ]),
  );
}

/**
 * The payloads of all inputs for plain parameters by name. Names are looked at before any file is fetched.
 *
 * @throws PARAMETER_UNKNOWN, PARAMETER_MISSING, and what `toPayload` throws
 */
export async function toPayloads(
  endpoint: Endpoint,
  given: JsonObject,
  into: PlainFiles,
): Promise<readonly Json[]> {
  payloadsByName(endpoint, given);
  const payloads: Record<string, Json> = {};
  for (const { name, schema } of endpoint.parameters) {
    const sent = Object.hasOwn(given, name) ? given[name] : undefined;
    if (sent !== undefined) payloads[name] = await named(name, toPayload(schema, sent, into));
  }
  return payloadsByName(endpoint, payloads);
}

/** Says which parameter an error is about. */
async function named<TResult>(name: string, work: Promise<TResult>): Promise<TResult> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof VitrineError)) throw error;
    const { code, message, hint, cause } = error;
    throw new VitrineError(code, { message: `"${name}": ${message}`, hint, cause });
  }
}

/** What an endpoint gave, by name. An output it left alone has its value of `before`, or the one it has at first. */
export async function fromOutputs(
  endpoint: Endpoint,
  outputs: readonly ApiOutput[],
  { show, files, before }: OutputOptions,
): Promise<JsonObject> {
  const names = returnNames(endpoint);
  const values: Record<string, Json> = {};
  for (const [place, { component, index, schema }] of endpoint.returns.entries()) {
    const name = names[place] ?? "";
    const payload = outputs[index]?.payload;
    if (payload === undefined && Object.hasOwn(before, name)) values[name] = before[name] ?? null;
    else
      values[name] = fromPayload(
        schema,
        payload === undefined ? await component.initialPayload({ files }) : payload,
        show,
      );
  }
  return values;
}

interface OutputOptions {
  readonly files: Files;
  readonly before: JsonObject;
  show(file: FileRef): Json;
}

function parameterSchema(parameter: EndpointParameter, files: FileSchemas, baseUrl: string): JsonObject {
  const { schema, defaultPayload } = parameter;
  const plain = plainSchema(schema, "in", files);
  const isNeeded = defaultPayload === undefined;
  const value = isNeeded ? undefined : defaultOf(parameter, defaultPayload, baseUrl);
  return {
    ...describeValue(parameter),
    // What has to be given is never null.
    ...(isNeeded ? withoutNull(plain) : plain),
    ...(isNeeded ? { examples: [exampleOf(parameter)] } : {}),
    ...(value === undefined || (value === null && isOneFile(schema)) ? {} : { default: value }),
  };
}

function exampleOf({ schema, example }: EndpointParameter): Json {
  return oneOf(schema, fromPayload(schema, example, exampleAddress));
}

function defaultOf({ schema }: EndpointParameter, payload: Json, baseUrl: string): Json {
  return oneOf(
    schema,
    fromPayload(schema, payload, (file) => toPlainFile(file, baseUrl)),
  );
}

/** The file itself, of a list of one. */
function oneOf(schema: JsonObject, value: Json): Json {
  return isOneFile(schema) && Array.isArray(value) ? ((value[0] as Json | undefined) ?? null) : value;
}

function describeValue({ label, component }: EndpointReturn): JsonObject {
  const { info } = component.options;
  return { title: label, ...(info === undefined ? {} : { description: info }) };
}

function exampleAddress({ name }: FileRef): Json {
  return `https://example.com/${encodeURIComponent(name)}`;
}
