import type { AppHost, BlockId, Endpoint, ListenerId } from "@vitrine/core";

/** The numbers by which Gradio's clients know components and functions. */
export interface Numbering {
  readonly blocks: ReadonlyMap<BlockId, number>;
  /** What clients may call, by number; private endpoints and what only the page uses have none. */
  readonly endpoints: ReadonlyMap<number, Endpoint>;
}

const known = new WeakMap<AppHost["endpoints"], Numbering>();

export function numberingOf(host: AppHost): Numbering {
  const { endpoints, app } = host;
  const found = known.get(endpoints);
  if (found) return found;
  const numbers = new Map<ListenerId, number>([...app.listeners.keys()].map((id, index) => [id, index]));
  const callable = [...endpoints.values()].filter(({ visibility }) => visibility !== "private");
  const numbering = {
    blocks: new Map([...app.blocks.keys()].map((id, index) => [id, index])),
    endpoints: new Map(callable.map((endpoint) => [numbers.get(endpoint.listener.id) ?? -1, endpoint])),
  };
  known.set(endpoints, numbering);
  return numbering;
}

/** The endpoint of this name, unless it is private. */
export function endpointNamed(host: AppHost, name: string): Endpoint | undefined {
  const endpoint = host.endpoints.get(name.replace(/^\//, ""));
  return endpoint?.visibility === "private" ? undefined : endpoint;
}
