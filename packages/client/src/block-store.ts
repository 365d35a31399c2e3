import { batch, signal, type Signal } from "./signal.ts";
import type { ViewProps } from "@vitrine/components/views";
import type { BlockConfig, BlockId, ErrorReport, JobStatus, Json, Snapshot } from "@vitrine/core";
import type { Job } from "./job.ts";
import { isSame } from "./is-same.ts";

/** How the last job that wrote to a block has ended. */
export interface LastRun {
  readonly durationMs: number;
  readonly stage: JobStatus["stage"];
  /** Shown under the block. */
  readonly error: ErrorReport | undefined;
}

/** One block of the page. Views draw again when a signal they read changes, and no others do. */
export interface BlockNode {
  readonly id: BlockId;
  readonly type: string;
  readonly key: string;
  readonly isInteractive: boolean;
  readonly emptyPayload: Json;
  /** Its payload when the page opened. */
  readonly firstPayload: Json;
  readonly children: readonly BlockNode[];
  readonly payload: Signal<Json>;
  readonly props: Signal<ViewProps>;
  /** What is wrong with what the visitor entered. */
  readonly error: Signal<string | undefined>;
  /** Jobs that write to it just now, oldest first. */
  readonly jobs: Signal<readonly Job[]>;
  /** Jobs that its events started or can cancel. */
  readonly running: Signal<number>;
  readonly lastRun: Signal<LastRun | undefined>;
}

/** What the visitor has entered, by block key. */
export type Inputs = Readonly<Record<string, Json>>;

/** The payloads and props of every block. */
export class BlockStore {
  readonly root: BlockNode;
  readonly #nodes = new Map<BlockId, BlockNode>();
  /** Blocks whose payload is the visitor's own, not a listener's. */
  readonly #entered = new Set<BlockId>();

  constructor(root: BlockConfig) {
    this.root = this.#addTree(root);
  }

  node(id: BlockId): BlockNode | undefined {
    return this.#nodes.get(id);
  }

  get nodes(): Iterable<BlockNode> {
    return this.#nodes.values();
  }

  /** The payload of an input; `null` for State, whose value never reaches the page. */
  payloadOf(id: BlockId): Json {
    return this.#nodes.get(id)?.payload.peek() ?? null;
  }

  /** Sets what the visitor entered; returns whether it differs from what was there. */
  enter(id: BlockId, payload: Json): boolean {
    this.#entered.add(id);
    return this.#set(id, payload);
  }

  /** Sets what a listener gave; returns whether it differs from what was there. */
  show(id: BlockId, payload: Json): boolean {
    this.#entered.delete(id);
    return this.#set(id, payload);
  }

  changeProps(id: BlockId, props: ViewProps): void {
    const node = this.#nodes.get(id);
    if (node) node.props.value = { ...node.props.peek(), ...props };
  }

  /** What the visitor entered and no listener has replaced. */
  get inputs(): Inputs {
    return Object.fromEntries(
      [...this.#entered].flatMap((id) => {
        const node = this.#nodes.get(id);
        return node ? [[node.key, node.payload.peek()]] : [];
      }),
    );
  }

  /** Puts back what the visitor had entered. */
  restore(inputs: Inputs): void {
    batch(() => {
      for (const node of this.#nodes.values()) {
        const payload = inputs[node.key];
        if (payload !== undefined) this.enter(node.id, payload);
      }
    });
  }

  /** Shows what the server last gave for each block; what the visitor entered since stays. */
  applySnapshot(snapshot: Snapshot): void {
    batch(() => {
      for (const node of this.#nodes.values()) {
        const payload = snapshot.payloads[node.id];
        if (payload !== undefined && !this.#entered.has(node.id)) this.#set(node.id, payload);
        const props = snapshot.props[node.id];
        if (props) this.changeProps(node.id, props);
      }
    });
  }

  /** Whether the block's payload is the visitor's own. */
  isEntered(id: BlockId): boolean {
    return this.#entered.has(id);
  }

  #set(id: BlockId, payload: Json): boolean {
    const node = this.#nodes.get(id);
    if (!node || isSame(node.payload.peek(), payload)) return false;
    node.payload.value = payload;
    return true;
  }

  #addTree(config: BlockConfig): BlockNode {
    const node: BlockNode = {
      id: config.id,
      type: config.type,
      key: config.key,
      isInteractive: config.interactive ?? true,
      emptyPayload: config.emptyPayload ?? null,
      firstPayload: config.payload ?? null,
      children: (config.children ?? []).map((child) => this.#addTree(child)),
      payload: signal(config.payload ?? null),
      props: signal(config.props),
      error: signal(undefined),
      jobs: signal([]),
      running: signal(0),
      lastRun: signal(undefined),
    };
    this.#nodes.set(node.id, node);
    return node;
  }
}
