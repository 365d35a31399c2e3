import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import {
  leaveMemory,
  Page,
  takeMemory,
  type SessionKey,
  type TabMemory,
  type TabStorage,
} from "@vitrine/client";
import {
  toJobId,
  VitrineError,
  type AppHost,
  type BlockId,
  type Block,
  type FileRef,
  type Json,
  type Session,
} from "@vitrine/core";
import { nodeClock } from "@vitrine/server";
import { MemorySocket } from "./memory-socket.ts";

/** A block: the component itself, its label (for buttons their text), or its `elemId`. */
export type Target = Block | string;

const memoryKey = "page";

type BlockNode = NonNullable<ReturnType<Page["store"]["value"]["node"]>>;

/** One page of an app, driven by code. Actions wait until everything they started has ended, unless told otherwise. */
export class PageDriver {
  readonly #host: AppHost;
  #page: Page;
  #socket: MemorySocket | undefined;
  readonly #storage = memoryStorage();

  static async open(host: AppHost): Promise<PageDriver> {
    const driver = new PageDriver(host);
    await driver.settled();
    return driver;
  }

  private constructor(host: AppHost) {
    this.#host = host;
    this.#page = this.#openPage(undefined);
  }

  /** The visitor enters a payload: text, number, choice, … as the component sends it. */
  async set(target: Target, payload: Json): Promise<void> {
    this.#page.actionsOf(this.#node(target)).set(payload);
    await this.settled();
  }

  /** The visitor does something else: `"submit"`, `"select"`, `"release"`, … */
  async emit(target: Target, event: string, data?: Json): Promise<void> {
    this.start(target, event, data);
    await this.settled();
  }

  async click(target: Target): Promise<void> {
    await this.emit(target, "click");
  }

  /** As `emit`, and does not wait. */
  start(target: Target, event = "click", data?: Json): void {
    const node = this.#node(target);
    const clears = node.props.peek()["clears"];
    if (event === "click" && Array.isArray(clears))
      this.#page.actionsOf(node).page.clear(clears as BlockId[]);
    this.#page.actionsOf(node).emit(event, data);
  }

  /** The visitor chooses a file of this disk; what it becomes is set as the target's payload. */
  async upload(target: Target, path: string): Promise<FileRef> {
    const session = await this.#session();
    const { size } = await stat(path);
    const { maxUploadBytes } = this.#host.options;
    const file = await session.files.receive({
      chunks: createReadStream(path),
      name: basename(path),
      mimeType: "",
      sizeBytes: size,
      maxBytes: maxUploadBytes,
    });
    await this.set(target, file);
    return file;
  }

  /** The payload a component shows. */
  value(target: Target): Json {
    return this.#node(target).payload.peek();
  }

  /** An option of a block as the page has it. */
  prop(target: Target, name: string): Json | undefined {
    return this.#node(target).props.peek()[name];
  }

  /** What is said beside a field, or under an output. */
  error(target: Target): string | undefined {
    const node = this.#node(target);
    return node.error.peek() ?? node.lastRun.peek()?.error?.message;
  }

  /** What the toasts say, oldest first. */
  get toasts(): readonly string[] {
    return this.#page.toasts.shown.peek().map((toast) => toast.message);
  }

  /** Jobs that have not ended. */
  get runningJobs(): number {
    return this.#page.dispatcher.liveJobs.length;
  }

  /** Cancels every job of the page, as Stop does. */
  async stop(): Promise<void> {
    for (const jobId of this.#page.dispatcher.liveJobs) this.#page.dispatcher.cancel(jobId);
    await this.settled();
  }

  /** Waits until the page is connected and nothing runs. */
  async settled(): Promise<void> {
    await this.waitUntil(() => this.#page.connectionState.peek().stage === "open" && this.runningJobs === 0);
  }

  /** Waits until `condition` holds. */
  async waitUntil(condition: () => boolean): Promise<void> {
    for (let quiet = 0; quiet < 2;) {
      await new Promise((resolve) => setImmediate(resolve));
      // Twice in a row: a listener may start the next on its last tick.
      quiet = condition() ? quiet + 1 : 0;
    }
  }

  /** The line is cut; the page comes back by itself. */
  drop(): void {
    this.#socket?.drop();
  }

  /** The visitor reloads: a new session, or the same with `sessions: "tab"`. */
  async reload(): Promise<void> {
    const { memory } = this.#page;
    if (memory) leaveMemory(this.#storage, memoryKey, memory);
    this.#page.connection.close();
    this.#page = this.#openPage(
      this.#host.config.sessions === "tab" ? takeMemory(this.#storage, memoryKey) : undefined,
    );
    await this.waitUntil(() => this.#page.connectionState.peek().stage === "open");
  }

  /** The visitor closes the page. */
  close(): void {
    this.#page.connection.close();
  }

  #openPage(memory: TabMemory | undefined): Page {
    const page = new Page({
      config: this.#host.config,
      clock: nodeClock,
      createJobId: () => toJobId(randomUUID()),
      openSocket: () =>
        (this.#socket = new MemorySocket(this.#host, { headers: {}, query: {}, clientAddress: "memory" })),
      nextFrame: (callback) => void setImmediate(callback),
      sendFile: () => Promise.reject(new Error("Use upload(target, path).")),
      memory,
    });
    page.open();
    return page;
  }

  async #session(): Promise<Session> {
    const key: SessionKey | undefined = this.#page.connection.session;
    const session = key && (await this.#host.authenticate(key.id, { secret: key.secret }));
    if (!session) throw new VitrineError("SESSION_UNKNOWN", { message: "The page has no session." });
    return session;
  }

  #node(target: Target): BlockNode {
    const store = this.#page.store.peek();
    const found =
      typeof target === "string"
        ? [...store.nodes].find((node) => isNamed(node, target))
        : store.node(this.#host.app.idOf(target));
    if (found) return found;
    const names = [...store.nodes].flatMap((node) => nameOf(node) ?? []);
    throw new VitrineError("UNKNOWN_BLOCK", {
      message: `The page has no block "${String(target)}"; it has ${names.map((name) => `"${name}"`).join(", ")}.`,
    });
  }
}

/** The session storage of the tab. */
function memoryStorage(): TabStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, text) => void items.set(key, text),
    removeItem: (key) => void items.delete(key),
  };
}

function isNamed(node: BlockNode, name: string): boolean {
  return nameOf(node) === name || node.props.peek()["elemId"] === name;
}

/** A label, or for buttons the text on them. */
function nameOf(node: BlockNode): string | undefined {
  const { label } = node.props.peek();
  if (typeof label === "string") return label;
  const payload = node.payload.peek();
  return node.type.endsWith("button") && typeof payload === "string" ? payload : undefined;
}
