import { signal, type Signal } from "./signal.ts";
import type { PageServices, ViewProps } from "@vitrine/components/views";
import type {
  AppConfig,
  BlockId,
  Clock,
  JobId,
  Json,
  ListenerConfig,
  RunMessage,
  ServerMessage,
  WelcomeMessage,
} from "@vitrine/core";
import { BlockStore, type BlockNode } from "./block-store.ts";
import { Connection, type ConnectionState, type SocketLike } from "./connection.ts";
import { Dispatcher } from "./dispatch.ts";
import { FrameQueue } from "./frame-queue.ts";
import type { TabMemory } from "./tab-memory.ts";
import { ToastList } from "./toast-list.ts";
import { Uploads } from "./uploads.ts";

type SendFile = PageServices["upload"];

export interface PageOptions {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly createJobId: () => JobId;
  readonly openSocket: () => SocketLike;
  readonly nextFrame: (callback: () => void) => void;
  readonly sendFile: (
    file: Parameters<SendFile>[0],
    options: Parameters<SendFile>[1] & { readonly session: NonNullable<Connection["session"]> },
  ) => ReturnType<SendFile>;
  /** What the page before this one left in this tab. */
  readonly memory?: TabMemory | undefined;
}

/** What a block's view may do. */
export interface BlockActions {
  readonly page: PageServices;
  set(payload: Json): void;
  emit(event: string, data?: Json): void;
  setProps(props: ViewProps): void;
}

/** The page behind what is drawn: blocks, connection, jobs, toasts. */
export class Page {
  readonly config: Signal<AppConfig>;
  readonly store: Signal<BlockStore>;
  readonly connectionState = signal<ConnectionState>({ stage: "connecting" });
  /** Why the script could not be reloaded (development). */
  readonly buildFailure = signal<string | null>(null);
  readonly toasts = new ToastList();
  readonly clock: Clock;
  readonly connection: Connection;
  readonly dispatcher: Dispatcher;
  /** Called when a job that asked for it is complete. */
  onScrollTo: (blockId: BlockId) => void = () => undefined;
  /** Called for every run that is sent. */
  onRun: (message: RunMessage) => void = () => undefined;
  readonly #options: PageOptions;
  readonly #uploads = new Uploads();
  readonly #messages: FrameQueue<ServerMessage>;
  #memory: TabMemory | undefined;

  constructor(options: PageOptions) {
    this.#options = options;
    this.#memory = options.memory;
    this.clock = options.clock;
    this.config = signal(options.config);
    this.store = signal(new BlockStore(options.config.root));
    this.#messages = new FrameQueue({
      handle: (message) => this.#receive(message),
      nextFrame: options.nextFrame,
    });
    this.connection = new Connection({
      openSocket: options.openSocket,
      clock: options.clock,
      session: options.memory?.session,
      app: () => this.config.peek().fingerprint,
      onMessage: (message) => this.#messages.push(message),
      onState: (state) => void (this.connectionState.value = state),
    });
    this.dispatcher = new Dispatcher({
      store: this.store.value,
      listeners: options.config.listeners,
      uploads: this.#uploads,
      send: (message) => {
        if (message.type === "run") this.onRun(message);
        this.connection.send(message);
      },
      createJobId: options.createJobId,
      now: () => options.clock.now(),
      onStarted: (listenerId) => this.toasts.closeAbout(listenerId),
      onFailed: (about, { title, message, hint, durationMs }) =>
        this.toasts.add({ level: "error", title, message, hint, durationMs, about }),
      onComplete: (listener) => this.#scrollToOutput(listener),
    });
  }

  /** Connects, and puts back what the page before had. */
  open(): void {
    if (this.#memory) this.store.peek().restore(this.#memory.inputs);
    this.connection.open();
  }

  /** What to leave to the page that follows in this tab. */
  get memory(): Omit<TabMemory, "portableInputs"> | undefined {
    const { session } = this.connection;
    return session && { session, inputs: this.store.peek().inputs, jobs: this.dispatcher.liveJobs };
  }

  actionsOf(node: BlockNode): BlockActions {
    const { id } = node;
    return {
      set: (payload) => this.dispatcher.enter(id, payload),
      emit: (event, data) => this.dispatcher.emit(id, event, data),
      setProps: (props) => this.store.peek().changeProps(id, props),
      page: {
        upload: (file, options) => this.#uploads.track(id, this.#upload(file, options)),
        clear: (blockIds) => this.dispatcher.clear(blockIds),
        toast: (level, message) => this.toasts.add({ level, message }),
        maxUploadBytes: this.config.peek().maxUploadBytes,
      },
    };
  }

  async #upload(file: Parameters<SendFile>[0], options: Parameters<SendFile>[1]): ReturnType<SendFile> {
    const { session } = this.connection;
    if (!session) throw new Error("The page is not connected yet. Send the file again in a moment.");
    return this.#options.sendFile(file, { ...options, session });
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        return this.#welcome(message);
      case "toast":
        return this.toasts.add(message);
      case "refused":
        if (!message.jobId) return this.toasts.add({ level: "error", ...message.error });
        return this.dispatcher.receive(message);
      case "buildFailed":
        this.buildFailure.value = message.text;
        return;
      case "appChanged":
        return void this.#reloadApp(message.config);
      case "output":
      case "status":
      case "stateChanged":
      case "pong":
      case "restart":
        this.dispatcher.receive(message);
    }
  }

  #welcome({ config, ...message }: WelcomeMessage): void {
    if (config) return void this.#reloadApp(config).then(() => this.#welcome(message));
    const { outcome, snapshot, reason } = message;
    const store = this.store.peek();
    if (snapshot) {
      store.applySnapshot(snapshot);
      this.dispatcher.adopt(snapshot.jobs, this.#memory?.jobs);
    }
    if (outcome === "new") {
      this.dispatcher.loseJobs();
      this.#beginSession(reason !== undefined);
    }
    this.#memory = undefined;
  }

  #beginSession(isSessionLost: boolean): void {
    const store = this.store.peek();
    if (isSessionLost) {
      this.toasts.add({
        level: "warning",
        title: "A new session began",
        message: "What you entered is kept; files have to be sent again.",
      });
    }
    if (this.#memory) {
      // What was put back when the page opened may name files that are gone with their session.
      const { inputs, portableInputs } = this.#memory;
      for (const node of store.nodes)
        if (node.key in inputs && !(node.key in portableInputs)) store.show(node.id, node.firstPayload);
    }
    this.dispatcher.emit(store.root.id, "load");
  }

  async #reloadApp(config: AppConfig): Promise<void> {
    const { reloadedStore } = await import("./reload-app.ts");
    const store = reloadedStore(config, this.store.peek());
    this.dispatcher.replaceApp(store, config.listeners);
    this.config.value = config;
    this.store.value = store;
    this.buildFailure.value = null;
  }

  #scrollToOutput({ scrollToOutput, outputs }: ListenerConfig): void {
    const [first] = outputs;
    if (scrollToOutput && first) this.onScrollTo(first);
  }
}
