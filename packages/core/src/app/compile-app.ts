import type { Block } from "../component/block.ts";
import { Component } from "../component/component.ts";
import { VitrineError } from "../errors.ts";
import { toBlockId, toListenerId, type BlockId, type ListenerId } from "../ids.ts";
import { ownListeners } from "./building-context.ts";
import { App, walkBlocks } from "./app.ts";
import { EndpointNames } from "./endpoint-names.ts";
import { Layout } from "./layout.ts";
import type { AnyListenerFn, AnyListenerOptions, Listener, TriggerMode } from "./listener.ts";

/** A listener with everything named by id and every default decided. */
export interface CompiledListener {
  readonly id: ListenerId;
  readonly fn: AnyListenerFn | null;
  readonly inputs: readonly Component[];
  readonly inputIds: readonly BlockId[];
  readonly outputs: readonly Block[];
  readonly outputIds: readonly BlockId[];
  readonly triggers: readonly { readonly blockId: BlockId; readonly event: string }[];
  readonly chain:
    | { readonly listenerId: ListenerId; readonly moment: "after" | "success" | "failure" }
    | undefined;
  readonly cancels: readonly ListenerId[];
  readonly triggerMode: TriggerMode;
  readonly group: string;
  readonly apiName: string | undefined;
  /** Jobs its function takes at once, and batches at once; `undefined`: it takes one job. */
  readonly batch: BatchLimits | undefined;
  readonly options: AnyListenerOptions;
}

export interface BatchLimits {
  readonly maxSize: number;
  /** `null`: no limit. */
  readonly concurrency: number | null;
}

/** An app whose tree is complete: blocks and listeners have ids, the wiring is checked. */
export interface CompiledApp {
  readonly root: App;
  readonly blocks: ReadonlyMap<BlockId, Block>;
  readonly listeners: ReadonlyMap<ListenerId, CompiledListener>;
  /** Concurrency groups and how many jobs each runs at once; `null`: no limit. */
  readonly groups: ReadonlyMap<string, number | null>;
  idOf(block: Block): BlockId;
  /** The block's place in the tree, the same after a reload of an unchanged script. */
  keyOf(id: BlockId): string;
}

const defaultConcurrencyLimit = 10;

/** @throws LISTENER_WIRING when a listener names a block that stands outside the app */
export function compileApp(root: App): CompiledApp {
  const ids = new Map<Block, BlockId>();
  const keys = new Map<BlockId, string>();
  const add = (block: Block, key: string): void => {
    const id = toBlockId(`b${ids.size}`);
    ids.set(block, id);
    keys.set(id, key);
  };
  addTree(root, blockKey(root, 0, ""), add);
  const apps = [...walkBlocks(root)].filter((block) => block instanceof App);
  const declared = apps.flatMap((app) => app.listeners);
  const listeners = [...declared, ...listenersOfBlocks(root, ids)];
  for (const listener of listeners) {
    for (const block of [...listener.inputs, ...listener.outputs]) {
      if (!ids.has(block) && needsNoPlace(block, listener)) add(block, `unplaced/${ids.size}`);
    }
  }
  const idOf = (block: Block): BlockId => {
    const id = ids.get(block);
    if (id) return id;
    throw new VitrineError("LISTENER_WIRING", {
      message: `A listener names a ${block.type} that does not stand in the app.`,
    });
  };
  const compiled = compileListeners(listeners, {
    idOf,
    names: new EndpointNames(apps.flatMap((app) => [...app.endpointNames])),
  });
  return {
    root,
    blocks: new Map([...ids].map(([block, id]) => [id, block])),
    listeners: new Map(compiled.map((listener) => [listener.id, listener])),
    groups: concurrencyGroups(compiled),
    idOf,
    keyOf: (id) => keys.get(id) ?? id,
  };
}

/** A State is never in the page, and what only API clients call is not either. */
function needsNoPlace(block: Block, listener: Listener): boolean {
  if (!(block instanceof Component)) return false;
  const isOnlyForApi = listener.triggers.length === 0 && listener.chain === undefined;
  return block.storage === "session" || isOnlyForApi;
}

function addTree(block: Block, key: string, add: (block: Block, key: string) => void): void {
  add(block, key);
  if (!(block instanceof Layout)) return;
  block.children.forEach((child, index) => addTree(child, blockKey(child, index, `${key}/`), add));
}

function blockKey(block: Block, index: number, prefix: string): string {
  return `${prefix}${block.options.key ?? `${index}:${block.type}`}`;
}

/** Those blocks bring themselves; and a component whose `value` is a function is filled by it each time a page opens. */
function listenersOfBlocks(root: App, ids: ReadonlyMap<Block, BlockId>): readonly Listener[] {
  const listeners: Listener[] = [];
  const owner = { addListener: (listener: Listener) => void listeners.push(listener) };
  ownListeners(owner as { addListener(listener: object): void }, () => {
    for (const block of ids.keys()) {
      block.declareListeners();
      if (!(block instanceof Component) || typeof block.options.value !== "function") continue;
      const value = block.options.value as () => unknown;
      root.load(() => value(), [], block, { apiName: false, showProgress: "hidden" });
    }
  });
  return listeners;
}

function compileListeners(
  listeners: readonly Listener[],
  { idOf, names }: { readonly idOf: (block: Block) => BlockId; readonly names: EndpointNames },
): readonly CompiledListener[] {
  const listenerIds = new Map(listeners.map((listener, index) => [listener, toListenerId(`l${index}`)]));
  const idOfListener = (listener: Listener): ListenerId => {
    const id = listenerIds.get(listener);
    if (id) return id;
    throw new VitrineError("LISTENER_WIRING", {
      message: "A listener is chained to, or cancels, a listener of another app.",
    });
  };
  const groupIds = new Map<unknown, string>();
  return listeners.map((listener) => {
    const { options } = listener;
    const cancels =
      options.cancels === undefined
        ? []
        : Array.isArray(options.cancels)
          ? options.cancels
          : [options.cancels];
    return {
      id: idOfListener(listener),
      fn: listener.fn,
      inputs: listener.inputs.map(requireComponent),
      inputIds: listener.inputs.map(idOf),
      outputs: listener.outputs,
      outputIds: listener.outputs.map(idOf),
      triggers: listener.triggers.map(({ block, event }) => ({ blockId: idOf(block), event })),
      chain: listener.chain && {
        listenerId: idOfListener(listener.chain.previous),
        moment: listener.chain.moment,
      },
      cancels: cancels.map(idOfListener),
      triggerMode: options.triggerMode ?? defaultTriggerMode(listener),
      group: groupOf(listener, groupIds),
      apiName: names.nameOf(listener),
      batch: batchLimits(listener),
      options,
    };
  });
}

function requireComponent(block: Block): Component {
  if (block instanceof Component) return block;
  throw new VitrineError("LISTENER_WIRING", {
    message: `A ${block.type} has no value, so it cannot be an input of a listener.`,
  });
}

function defaultTriggerMode(listener: Listener): TriggerMode {
  const event = listener.triggers[0]?.event;
  return event === "change" || event === "keyUp" ? "alwaysLast" : "once";
}

function groupOf(listener: Listener, groupIds: Map<unknown, string>): string {
  const { resource, concurrencyId, queue, batch } = listener.options;
  if (batch) {
    const own = `batch:${groupIds.size}`;
    groupIds.set(listener, own);
    return own;
  }
  if (queue === false) return "unqueued";
  if (resource !== undefined) return `resource:${resource}`;
  if (concurrencyId !== undefined) return `id:${concurrencyId}`;
  // As in Gradio, listeners with the same function share its limit.
  const identity = listener.fn ?? listener;
  const known = groupIds.get(identity);
  if (known) return known;
  const group = `fn:${groupIds.size}`;
  groupIds.set(identity, group);
  return group;
}

function concurrencyGroups(listeners: readonly CompiledListener[]): ReadonlyMap<string, number | null> {
  const groups = new Map<string, number | null>();
  for (const { group, options, batch } of listeners) {
    if (batch) {
      groups.set(group, leasesOf(batch));
      continue;
    }
    const own =
      options.queue === false
        ? null
        : options.concurrencyLimit === undefined
          ? options.resource === undefined
            ? defaultConcurrencyLimit
            : 1
          : options.concurrencyLimit;
    const known = groups.get(group);
    groups.set(
      group,
      known === undefined || known === null ? own : own === null ? known : Math.min(known, own),
    );
  }
  return groups;
}

const defaultBatchSize = 4;

/** @throws OPTION_INVALID for what cannot be batched */
function batchLimits({ fn, options }: Listener): BatchLimits | undefined {
  if (!options.batch) return undefined;
  const { maxBatchSize = defaultBatchSize, concurrencyLimit = 1, resource, concurrencyId, queue } = options;
  if (!Number.isInteger(maxBatchSize) || maxBatchSize < 1) {
    throw new VitrineError("OPTION_INVALID", {
      message: `maxBatchSize expected a whole number of 1 or more, got ${maxBatchSize}.`,
    });
  }
  if (fn?.constructor.name.endsWith("GeneratorFunction")) {
    throw new VitrineError("OPTION_INVALID", { message: "A listener with batch cannot have a generator." });
  }
  if (resource !== undefined || concurrencyId !== undefined || queue === false) {
    throw new VitrineError("OPTION_INVALID", {
      message: "A listener with batch takes no resource, no concurrencyId and no queue: false.",
    });
  }
  return { maxSize: maxBatchSize, concurrency: concurrencyLimit };
}

/** Jobs of a batch group that run at once for the queue: those in batches, and those gathered for the next one. */
function leasesOf({ maxSize, concurrency }: BatchLimits): number | null {
  return concurrency === null ? null : maxSize * (concurrency + 1);
}
