import {
  isJson,
  toJobId,
  VitrineError,
  type ApiDescription,
  type EndpointDescription,
  type FileRef,
  type JobId,
  type Json,
  type ServerMessage,
  type WelcomeMessage,
} from "@vitrine/core";
import { Connection, type ConnectionState, type SocketLike } from "../connection.ts";
import { Api } from "./api.ts";
import { ClientJob, type CallOptions } from "./client-job.ts";
import type { CallMethods, NameIn, ParametersOf, ReturnsOf, SentFile, ValuesOf } from "./client-types.ts";
import { toError } from "./to-error.ts";
import { uploadFiles } from "./upload-files.ts";

export interface ClientOptions {
  /** Headers of every request, as a proxy in front of the app may want. In a browser the socket sends none. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Told of the connection: it is lost, it is back. */
  readonly onState?: (state: ConnectionState) => void;
}

/** What differs between Node and browsers. */
export interface Platform {
  openSocket(url: URL, headers: Readonly<Record<string, string>>): SocketLike;
  openFile(path: string): Promise<Blob>;
}

interface ClientParts extends ClientOptions {
  readonly base: URL;
  readonly platform: Platform;
  readonly api: Api;
  readonly description: ApiDescription;
}

/** A program's line to an app: one socket, one session with a State and files of its own. */
export class AppClient<TEndpoints> {
  /** `await app.call.greet({ name: "Ann" })`: the last result of an endpoint. */
  readonly call: CallMethods<TEndpoints, CallOptions>;
  readonly #parts: ClientParts;
  readonly #connection: Connection;
  readonly #jobs = new Map<JobId, ClientJob<unknown>>();
  readonly #endpoints = new Map<string, Promise<EndpointDescription>>();
  #description: ApiDescription;
  #opened: { readonly resolve: () => void; readonly reject: (error: VitrineError) => void } | undefined;

  private constructor(parts: ClientParts) {
    const { base, platform, headers = {}, description } = parts;
    this.#parts = parts;
    this.#description = description;
    const socketUrl = new URL("socket", base);
    socketUrl.protocol = base.protocol.replace("http", "ws");
    this.#connection = new Connection({
      isOfApi: true,
      openSocket: () => platform.openSocket(socketUrl, headers),
      onMessage: (message) => this.#receive(message),
      onState: (state) => this.#stateChanged(state),
    });
    this.call = callMethods(
      (name, parameters, options) =>
        this.#start<unknown>(name, () => parameters, { ...options, keepsAll: false }).result,
    ) as CallMethods<TEndpoints, CallOptions>;
  }

  /** Connects. @throws APP_UNREACHABLE, ORIGIN_REFUSED, PROTOCOL_VERSION */
  static async open<TEndpoints>(
    base: URL,
    options: ClientOptions & { readonly platform: Platform },
  ): Promise<AppClient<TEndpoints>> {
    const api = new Api(base, options.headers ?? {});
    const client = new AppClient<TEndpoints>({ ...options, base, api, description: await api.describe() });
    await new Promise<void>((resolve, reject) => {
      client.#opened = { resolve, reject };
      client.#connection.open();
    });
    return client;
  }

  /** The app's public endpoints: parameters with defaults and JSON schemas, returns. */
  get endpoints(): readonly EndpointDescription[] {
    return this.#description.endpoints;
  }

  /** Calls an endpoint with its parameters in order; resolves to the last result. @throws a VitrineError with a code */
  async predict<TName extends NameIn<TEndpoints>>(
    name: TName,
    ...values: ValuesOf<TEndpoints[TName]>
  ): Promise<ReturnsOf<TEndpoints[TName]>> {
    const byName = (endpoint: EndpointDescription) => toParameters(endpoint, values);
    return this.#start<ReturnsOf<TEndpoints[TName]>>(name, byName, { keepsAll: false }).result;
  }

  /** Calls an endpoint and gives every result as it comes: a generator's `yield`s, none left out. */
  submit<TName extends NameIn<TEndpoints>>(
    name: TName,
    parameters: ParametersOf<TEndpoints[TName]> | ValuesOf<TEndpoints[TName]>,
    options: CallOptions = {},
  ): ClientJob<ReturnsOf<TEndpoints[TName]>> {
    const byName = (endpoint: EndpointDescription): object =>
      Array.isArray(parameters) ? toParameters(endpoint, parameters) : (parameters as object);
    return this.#start(name, byName, { ...options, keepsAll: true });
  }

  /** Keeps a file in this session; the reference stands for it in calls. Files in parameters are uploaded by themselves. */
  async upload(file: SentFile): Promise<FileRef> {
    const ref = await uploadFiles(file, this.#sender());
    return ref as FileRef;
  }

  /** The content of a file that a call has given. */
  download(file: FileRef): Promise<Blob> {
    return this.#parts.api.download(file);
  }

  /** Ends the connection and every call that runs; the process may end then. */
  close(): void {
    this.#failAll(new VitrineError("JOB_CANCELLED", { message: "The client was closed." }));
    this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #start<TResult>(
    name: string,
    parametersOf: (endpoint: EndpointDescription) => object,
    options: CallOptions & { readonly keepsAll: boolean },
  ): ClientJob<TResult> {
    const id = createJobId();
    let isSent = false;
    const job = new ClientJob<TResult>({
      ...options,
      id,
      onCancel: () => isSent && this.#connection.send({ type: "cancel", jobId: id }),
      onEnd: () => this.#jobs.delete(id),
    });
    if (job.isEnded) return job;
    this.#jobs.set(id, job as ClientJob<unknown>);
    const send = async (): Promise<void> => {
      const endpoint = await this.#describe(name);
      job.describe(endpoint);
      const parameters = await this.#prepare(parametersOf(endpoint), options.signal);
      if (job.isEnded) return;
      isSent = true;
      this.#connection.send({ type: "call", jobId: id, endpoint: name, parameters });
    };
    send().catch((error: unknown) => job.fail(asVitrineError(error)));
    return job;
  }

  /** Uploads the files, and leaves out what is undefined. @throws PAYLOAD_INVALID for what is no JSON */
  async #prepare(parameters: object, signal: AbortSignal | undefined): Promise<Record<string, Json>> {
    const sent = await uploadFiles(parameters, this.#sender(signal));
    const given = Object.entries(sent as object).filter(([, value]) => value !== undefined);
    const wrong = given.find(([, value]) => !isJson(value));
    if (wrong) {
      throw new VitrineError("PAYLOAD_INVALID", { message: `"${wrong[0]}" expected JSON data or files.` });
    }
    return Object.fromEntries(given) as Record<string, Json>;
  }

  #sender(signal?: AbortSignal) {
    const { api, platform } = this.#parts;
    return {
      open: (path: string) => platform.openFile(path),
      upload: async (file: Blob) => {
        const { session } = this.#connection;
        if (!session) throw new VitrineError("APP_UNREACHABLE", { message: "The client is not connected." });
        return api.upload(file, session, signal);
      },
    };
  }

  #describe(name: string): Promise<EndpointDescription> {
    const listed = this.#description.endpoints.find((endpoint) => endpoint.name === name);
    if (listed) return Promise.resolve(listed);
    const known = this.#endpoints.get(name);
    if (known) return known;
    const asked = this.#parts.api.describeEndpoint(name);
    this.#endpoints.set(name, asked);
    asked.catch(() => this.#endpoints.delete(name));
    return asked;
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        return this.#welcome(message);
      case "output":
        return this.#jobs.get(message.jobId)?.give(message.updates);
      case "status":
        return this.#jobs.get(message.jobId)?.setStatus(message.status);
      case "toast":
        if (message.jobId) this.#jobs.get(message.jobId)?.toast(message);
        return;
      case "refused":
        return this.#refused(message);
      case "appChanged":
        return void this.#describeAgain();
      case "stateChanged":
      case "buildFailed":
      case "pong":
      case "restart":
    }
  }

  /** After a drop: a session that goes on sends what was missed; a new one knows nothing of the calls that ran. */
  #welcome({ outcome, snapshot }: WelcomeMessage): void {
    if (outcome === "resumed") return;
    for (const { jobId, status } of snapshot?.jobs ?? [])
      this.#jobs.get(jobId)?.catchUp(snapshot?.payloads ?? {}, status);
    if (outcome === "new") {
      const error = new VitrineError("WORKER_LOST", {
        message: "The server restarted before this was done.",
      });
      // What it had not answered yet is sent again.
      for (const job of this.#jobs.values()) if (job.isAnswered) job.fail(error);
    }
    if (!this.#opened) void this.#describeAgain();
  }

  #refused({ jobId, error }: Extract<ServerMessage, { type: "refused" }>): void {
    if (jobId) return this.#jobs.get(jobId)?.fail(toError(error));
    this.#opened?.reject(toError(error));
  }

  #stateChanged(state: ConnectionState): void {
    this.#parts.onState?.(state);
    if (state.stage === "open") {
      this.#opened?.resolve();
      this.#opened = undefined;
    } else if (state.stage === "outdated" || state.stage === "takenOver") {
      this.#lost(new VitrineError("PROTOCOL_VERSION", { message: "The server speaks another version." }));
    } else if (state.stage === "reconnecting" && this.#opened) {
      const message = `The app at ${this.#parts.base.href} opens no socket.`;
      this.#lost(new VitrineError("APP_UNREACHABLE", { message }));
    }
  }

  #lost(error: VitrineError): void {
    this.#opened?.reject(error);
    this.#failAll(error);
    // Not from within what the connection is doing.
    queueMicrotask(() => this.#connection.close());
  }

  #failAll(error: VitrineError): void {
    for (const job of this.#jobs.values()) job.fail(error);
  }

  /** The script was reloaded, or the server started again: outputs may have other names. */
  async #describeAgain(): Promise<void> {
    this.#endpoints.clear();
    // Without it the old description is the best there is.
    this.#description = await this.#parts.api.describe().catch(() => this.#description);
  }
}

/** @throws WRONG_INPUT_COUNT */
function toParameters({ name, parameters }: EndpointDescription, values: readonly unknown[]): object {
  if (values.length > parameters.length) {
    throw new VitrineError("WRONG_INPUT_COUNT", {
      message: `${name} takes ${parameters.length} parameters, got ${values.length}.`,
      hint: "Send one value for each parameter.",
    });
  }
  return Object.fromEntries(values.map((value, index) => [parameters[index]?.name, value]));
}

type StartCall = (name: string, parameters: object, options: CallOptions) => Promise<unknown>;

/** Endpoints are known to the server alone: any name is a method. */
function callMethods(start: StartCall): Readonly<Record<string, unknown>> {
  return new Proxy<Record<string, unknown>>(Object.create(null) as Record<string, unknown>, {
    get(_target, name) {
      // A promise would take it for one of its own.
      if (typeof name === "symbol" || name === "then") return undefined;
      return (parameters: object = {}, options: CallOptions = {}) => start(name, parameters, options);
    },
  });
}

function createJobId(): JobId {
  return toJobId(crypto.getRandomValues(new Uint32Array(4)).join("-"));
}

function asVitrineError(error: unknown): VitrineError {
  if (error instanceof VitrineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new VitrineError("PAYLOAD_INVALID", { message, cause: error });
}
