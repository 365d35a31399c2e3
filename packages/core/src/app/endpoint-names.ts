import { VitrineError } from "../errors.ts";
import type { Listener } from "./listener.ts";

/** Names each endpoint once: as its author says, else after its function, with a number where two would have one name. */
export class EndpointNames {
  readonly #taken = new Set<string>();
  /** Names by which build callbacks returned listeners: they are kept free for these, whatever is declared before. */
  readonly #returned = new Map<string, Listener>();

  constructor(returned: readonly (readonly [Listener, string])[]) {
    for (const [listener, name] of returned) {
      assertName(name);
      if (!this.#returned.has(name)) this.#returned.set(name, listener);
      this.#taken.add(name);
    }
  }

  /** `undefined` for a listener that is no endpoint. @throws API_NAME_INVALID */
  nameOf(listener: Listener): string | undefined {
    const returned = [...this.#returned].find(([, other]) => other === listener);
    if (returned) return returned[0];
    const { apiName } = listener.options;
    if (apiName === false || listener.fn === null) return undefined;
    if (apiName !== undefined) assertName(apiName);
    const base = (apiName ?? listener.fn.name).replace(/[^\w-]+/g, "_").replace(/^_+|_+$/g, "") || "call";
    let name = base;
    for (let n = 1; this.#taken.has(name); n++) name = `${base}_${n}`;
    this.#taken.add(name);
    return name;
  }
}

function assertName(name: string): void {
  if (/^[\w-]+$/.test(name)) return;
  throw new VitrineError("API_NAME_INVALID", {
    message: `apiName expected letters, digits, - and _, got "${name}".`,
  });
}
