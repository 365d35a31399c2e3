import type {
  ApiDescription,
  EndpointDescription,
  ParameterDescription,
  ReturnDescription,
} from "../protocol/api-description.ts";
import { findEndpoint, type Endpoint, type EndpointParameter, type EndpointReturn } from "./endpoint.ts";

interface DescribeApiOptions {
  readonly title: string;
  readonly hasMcp: boolean;
  /** Only this endpoint, which may be one that is listed nowhere. */
  readonly only?: string | undefined;
}

/**
 * What programs are told of an app's endpoints: of the public ones, or of the one asked for.
 *
 * @throws UNKNOWN_ENDPOINT when the one asked for does not exist or is private
 */
export function describeApi(
  endpoints: ReadonlyMap<string, Endpoint>,
  { only, title, hasMcp }: DescribeApiOptions,
): ApiDescription {
  const told =
    only === undefined
      ? [...endpoints.values()].filter(({ visibility }) => visibility === "public")
      : [findEndpoint(endpoints, only)];
  return { title, hasMcp, endpoints: told.map(describeEndpoint) };
}

function describeEndpoint(endpoint: Endpoint): EndpointDescription {
  const { name, description, listener, isGenerator, parameters, returns } = endpoint;
  return {
    name,
    description,
    listenerId: listener.id,
    isGenerator,
    parameters: parameters.map(describeParameter),
    returns: returns.map(describeReturn),
  };
}

function describeParameter(parameter: EndpointParameter): ParameterDescription {
  const { name, index, defaultPayload } = parameter;
  return {
    ...describeReturn(parameter),
    name,
    index,
    ...(defaultPayload === undefined ? {} : { default: defaultPayload }),
  };
}

function describeReturn({ label, blockId, component, schema, example }: EndpointReturn): ReturnDescription {
  return { label, component: component.type, blockId, schema, example };
}
