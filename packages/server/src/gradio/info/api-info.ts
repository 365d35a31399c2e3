import type { AppHost, Endpoint, EndpointParameter, EndpointReturn, Json, JsonObject } from "@vitrine/core";
import { toFileData } from "../files/gradio-files.ts";
import { isObject } from "../wire/adapter.ts";
import { adapterOf, gradioType } from "../wire/table.ts";
import { pythonType } from "./python-type.ts";

/** What `/info` answers: public endpoints, or all that may be called. */
export function describeApi(host: AppHost, root: string, options: { readonly isAll: boolean }): JsonObject {
  const shown = [...host.endpoints.values()].filter(
    ({ visibility }) => visibility === "public" || (options.isAll && visibility === "undocumented"),
  );
  const named = shown.map((endpoint) => [`/${endpoint.name}`, describeEndpoint(endpoint, root)]);
  return { named_endpoints: Object.fromEntries(named) as JsonObject, unnamed_endpoints: {} };
}

/** Names that Python's client keeps for itself. */
const takenNames: ReadonlySet<string> = new Set(["api_name", "fn_index", "result_callbacks"]);

/** The name by which clients give a parameter. */
export function parameterName({ name, index }: EndpointParameter): string {
  return takenNames.has(name) ? `param_${index}` : name;
}

/** A parameter's default as it travels; `undefined` when a client has to give a value. */
export function wireDefault(parameter: EndpointParameter, root: string): Json | undefined {
  const { defaultPayload } = parameter;
  return defaultPayload === undefined ? undefined : toWire(parameter, defaultPayload, root);
}

function describeEndpoint(endpoint: Endpoint, root: string): JsonObject {
  return {
    parameters: endpoint.parameters.map((parameter) => describeParameter(parameter, root)),
    returns: endpoint.returns.map(describeReturn),
    api_visibility: endpoint.visibility,
    description: endpoint.description,
    code_snippets: {},
  };
}

function describeParameter(parameter: EndpointParameter, root: string): JsonObject {
  const { label, type, component, python_type } = describeReturn(parameter) as {
    readonly [name: string]: Json;
  };
  const given = wireDefault(parameter, root);
  return {
    label: label ?? "",
    parameter_name: parameterName(parameter),
    parameter_has_default: given !== undefined,
    parameter_default: given ?? null,
    type: type ?? {},
    python_type: python_type ?? {},
    component: component ?? "",
    example_input: exampleOf(parameter, root),
  };
}

function describeReturn({ label, component, schema }: EndpointReturn): JsonObject {
  const type = adapterOf(component).schema(component, schema);
  const { description, additional_description: additional } = type;
  const shown =
    typeof description === "string" ? description : typeof additional === "string" ? additional : "";
  return {
    label,
    type,
    python_type: { type: pythonType(type), description: shown },
    component: componentName(component.type),
  };
}

/** `Checkboxgroup`: the first letter is upper case, the rest lower. */
function componentName(type: string): string {
  const name = gradioType(type);
  return `${name.charAt(0).toUpperCase()}${name.slice(1).toLowerCase()}`;
}

/** An example a client can send: files of it are pictures of the app itself, as no others exist. */
function exampleOf(parameter: EndpointParameter, root: string): Json {
  return withExampleFiles(toWire(parameter, parameter.example, root), root);
}

function withExampleFiles(wire: Json, root: string): Json {
  if (Array.isArray(wire)) return (wire as readonly Json[]).map((item) => withExampleFiles(item, root));
  if (!isObject(wire)) return wire;
  if (isObject(wire["meta"]) && typeof wire["path"] === "string") {
    const url = `${root}/favicon.ico`;
    return { path: url, url, orig_name: wire["orig_name"] ?? "file", meta: wire["meta"] };
  }
  return Object.fromEntries(Object.entries(wire).map(([key, value]) => [key, withExampleFiles(value, root)]));
}

function toWire({ component }: EndpointReturn, payload: Json, root: string): Json {
  return adapterOf(component).write(payload, { component, fileData: (ref) => toFileData(ref, root) });
}
