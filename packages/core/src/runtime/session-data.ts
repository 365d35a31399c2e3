import * as v from "valibot";
import type { CompiledApp } from "../app/compile-app.ts";
import { encodeState, type State } from "../app/state.ts";
import type { Block } from "../component/block.ts";
import { VitrineError } from "../errors.ts";
import type { SessionId } from "../ids.ts";
import { isJson, type Json } from "../json.ts";
import type { SessionStore } from "./engine.ts";

const documentSchema = v.object({
  /** Encoded values of States by block key. */
  states: v.record(v.string(), v.string()),
  /** Options changed by `update()` in this session, by block key. */
  options: v.record(
    v.string(),
    v.record(
      v.string(),
      v.custom<Json>((value) => value !== undefined),
    ),
  ),
});
type SessionDocument = v.InferOutput<typeof documentSchema>;

/** How often a save is tried again when another job of the session saved in between. */
const maxSaves = 5;

/** The data of a session that was just made. */
export const emptySessionData = JSON.stringify({ states: {}, options: {} } satisfies SessionDocument);

interface SessionDataOptions {
  readonly id: SessionId;
  /** Most characters its text may have. */
  readonly maxLength: number;
}

/** A session's State and changed options, in the engine's session store. Keys are places in the tree, so both outlive a reload of the script. */
export class SessionData {
  readonly #store: SessionStore;
  readonly #id: SessionId;
  readonly #maxLength: number;
  #cached: { readonly version: number; readonly document: SessionDocument } | undefined;
  readonly #blocks = new Map<string, { readonly options: object; readonly block: Block }>();

  constructor(store: SessionStore, { id, maxLength }: SessionDataOptions) {
    this.#store = store;
    this.#id = id;
    this.#maxLength = maxLength;
  }

  /** A copy of the session's value of a State: changing it changes nothing here. */
  async readState(state: State<unknown>, key: string): Promise<unknown> {
    const { document } = await this.#load();
    const encoded = document.states[key];
    if (encoded !== undefined) return state.decodeValue(encoded);
    const initial = state.initialEncoded();
    // Kept from the first read on: a function as initial value is called once for each session.
    await this.#change((current) =>
      current.states[key] === undefined
        ? { ...current, states: { ...current.states, [key]: initial } }
        : current,
    );
    return state.decodeValue(initial);
  }

  /** Returns whether the value differs from the one before. @throws STATE_NOT_SERIALIZABLE; STATE_TOO_LARGE */
  async writeState(state: State<unknown>, key: string, value: unknown): Promise<boolean> {
    const encoded = encodeState(value);
    const { document } = await this.#load();
    if ((document.states[key] ?? state.initialEncoded()) === encoded) return false;
    await this.#change((current) => ({ ...current, states: { ...current.states, [key]: encoded } }));
    return true;
  }

  /** Remembers options an `update()` changed. @throws VALUE_NOT_SHOWN for options that are not plain data */
  async changeOptions(key: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
    const kept: Record<string, Json> = {};
    for (const [name, value] of Object.entries(changes)) {
      if (!isJson(value))
        throw new VitrineError("VALUE_NOT_SHOWN", {
          message: `update() takes plain data, got something else for "${name}".`,
        });
      kept[name] = value;
    }
    await this.#change((current) => ({
      ...current,
      options: { ...current.options, [key]: { ...current.options[key], ...kept } },
    }));
  }

  /** The block with the options this session changed. */
  async blockFor<TBlock extends Block>(block: TBlock, key: string): Promise<TBlock> {
    const { document } = await this.#load();
    const options = document.options[key];
    if (!options) return block;
    const known = this.#blocks.get(key);
    if (known?.options === options && known.block instanceof block.constructor) return known.block as TBlock;
    const changed = block.withOptions(options);
    this.#blocks.set(key, { options, block: changed });
    return changed;
  }

  async #load(): Promise<{ readonly version: number; readonly document: SessionDocument }> {
    const stored = await this.#store.load(this.#id);
    if (!stored) throw new VitrineError("SESSION_UNKNOWN", { message: "The session has ended." });
    if (this.#cached?.version !== stored.version)
      this.#cached = { version: stored.version, document: parseSessionData(stored.data) };
    return this.#cached;
  }

  #assertFits(text: string): void {
    if (text.length <= this.#maxLength) return;
    throw new VitrineError("STATE_TOO_LARGE", {
      message: `A session's State expected at most ${this.#maxLength} characters as text, got ${text.length}.`,
    });
  }

  async #change(change: (document: SessionDocument) => SessionDocument): Promise<void> {
    for (let attempt = 0; attempt < maxSaves; attempt++) {
      const { version, document } = await this.#load();
      const changed = change(document);
      if (changed === document) return;
      const text = JSON.stringify(changed);
      this.#assertFits(text);
      const { ok } = await this.#store.save(this.#id, version, text);
      if (!ok) continue;
      this.#cached = { version: version + 1, document: changed };
      return;
    }
    throw new VitrineError("STATE_CONFLICT", {
      message: `State could not be saved: other jobs of this session saved ${maxSaves} times in between.`,
    });
  }
}

/** The States of expired session data that want to hear of their end, decoded. */
export function* expiredStates(
  app: CompiledApp,
  data: string,
  isState: (block: Block) => block is State<unknown>,
): Generator<{ state: State<unknown>; value: unknown }> {
  const { states } = parseSessionData(data);
  for (const [id, block] of app.blocks) {
    const encoded = states[app.keyOf(id)];
    if (encoded !== undefined && isState(block) && block.onDelete)
      yield { state: block, value: block.decodeValue(encoded) };
  }
}

function parseSessionData(data: string): SessionDocument {
  return v.parse(documentSchema, JSON.parse(data));
}
