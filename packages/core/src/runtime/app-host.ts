import type { CompiledApp } from "../app/compile-app.ts";
import { describeApp } from "../app/describe-app.ts";
import { describeEndpoints, findEndpoint, payloadsByName, type Endpoint } from "../app/endpoint.ts";
import { State } from "../app/state.ts";
import type { Block } from "../component/block.ts";
import { VitrineError } from "../errors.ts";
import { toJobId, type JobId, type SessionId } from "../ids.ts";
import type { AppConfig } from "../protocol/app-config.ts";
import type { CallMessage, HelloMessage, RunMessage } from "../protocol/client-messages.ts";
import type { Snapshot } from "../protocol/server-messages.ts";
import type { ErrorReport } from "../protocol/status.ts";
import { ApiSessions } from "./api-sessions.ts";
import type { Census } from "./census.ts";
import type { Engine, Follower, FollowOptions, Waiting } from "./engine.ts";
import type { FileStore } from "./file-store.ts";
import { JobRunner } from "./job-runner.ts";
import { closeCodes, PageConnection, type Connection, type ConnectionRequest } from "./page-connection.ts";
import type { Clock, Ids, Logger, Unsubscribe } from "./ports.ts";
import { reportError } from "./report-error.ts";
import { Session } from "./session.ts";
import { emptySessionData, expiredStates, SessionData } from "./session-data.ts";

export interface AppHostOptions {
  readonly app: CompiledApp;
  readonly engine: Engine;
  readonly files: FileStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** Visitors see messages and stacks of unexpected errors. @default false */
  readonly isDevelopment?: boolean;
  /** Largest upload in bytes. @default 200 MiB */
  readonly maxUploadBytes?: number;
  /** Most a session's State and changed options may take, in characters of their text. @default 16 Mi */
  readonly maxStateLength?: number;
  /** How long a page may be away before its jobs are cancelled, in milliseconds. @default 120000 */
  readonly resumeMs?: number;
}

/** Runs one app for many sessions. What carries its messages, and where its data lies, is given from outside. */
export class AppHost {
  app: CompiledApp;
  config: AppConfig;
  /** What API clients may call, by name; private endpoints are among them. */
  endpoints: ReadonlyMap<string, Endpoint>;
  readonly apiSessions = new ApiSessions(this);
  readonly options: Required<AppHostOptions>;
  readonly #sessions = new Map<SessionId, Session>();
  readonly #connections = new Map<SessionId, PageConnection>();
  /** Ends sessions whose page stays away. */
  readonly #leaveTimers = new Map<SessionId, Unsubscribe>();
  readonly #runner: JobRunner;
  readonly #unsubscribe: Unsubscribe[] = [];
  #isDraining = false;

  private constructor(options: Required<AppHostOptions>, described: Described) {
    this.options = options;
    this.app = options.app;
    this.config = described.config;
    this.endpoints = described.endpoints;
    this.#runner = new JobRunner(this);
  }

  static async start(given: AppHostOptions): Promise<AppHost> {
    const options = {
      isDevelopment: false,
      maxUploadBytes: 200 << 20,
      resumeMs: 120_000,
      maxStateLength: 16 << 20,
      ...given,
    };
    const host = new AppHost(options, await describe(options.app, options));
    const { engine } = options;
    await host.#limitGroups();
    host.#unsubscribe.push(
      engine.jobs.work((lease) => host.#runner.run(lease)),
      engine.jobs.watch((waiting) => host.#tellPosition(waiting)),
      engine.sessions.onExpire((id, data) => void host.#expire(id, data).catch(host.#logFailure)),
    );
    return host;
  }

  /** Whether new jobs are refused because the server goes down. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Sessions kept, open or not; for figures and tests. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** How much of everything that comes and goes with visitors is kept just now. */
  census(): Census {
    const { events, jobs, sessions } = this.options.engine;
    return {
      sessions: this.#sessions.size,
      stored: sessions.size,
      connections: this.#connections.size,
      leaveTimers: this.#leaveTimers.size,
      logs: events.size,
      jobs: jobs.size,
    };
  }

  connect(connection: Connection, request: ConnectionRequest): PageConnection {
    return new PageConnection(this, connection, request);
  }

  session(id: SessionId): Session | undefined {
    return this.#sessions.get(id);
  }

  /** The session these credentials open; for requests beside the socket, such as uploads. */
  async authenticate(
    id: SessionId,
    credentials: { readonly secret: string; readonly identity?: string },
  ): Promise<Session | undefined> {
    const isValid = await this.options.engine.sessions.verify(id, {
      secret: credentials.secret,
      identity: credentials.identity,
    });
    return isValid ? this.#sessions.get(id) : undefined;
  }

  /** The session a hello asks for, or a new one. A newer connection takes it over from an older. */
  async openSession(
    { session: asked, isOfApi }: HelloMessage,
    page: PageConnection,
  ): Promise<{ session: Session; secret: string; isKnown: boolean }> {
    const { engine } = this.options;
    const identity = page.request.identity;
    if (asked && (await engine.sessions.verify(asked.id, { secret: asked.secret, identity }))) {
      const session = this.#sessions.get(asked.id) ?? this.#addSession(asked.id, page.request);
      session.request = page.request;
      await engine.sessions.setOpen(asked.id, true);
      this.#takeOver(session, page);
      return { session, secret: asked.secret, isKnown: true };
    }
    const { id, secret } = await engine.sessions.create({ data: emptySessionData, identity });
    const session = this.#addSession(id, page.request, isOfApi);
    this.#connections.set(id, page);
    return { session, secret, isKnown: false };
  }

  /** A session that no page has, for an API client. */
  async createApiSession(request: ConnectionRequest): Promise<Session> {
    const { identity } = request;
    const { id } = await this.options.engine.sessions.create({ data: emptySessionData, identity });
    return this.#addSession(id, request, true);
  }

  createJobId(): JobId {
    return toJobId(this.options.ids.createId());
  }

  /** Whether an API client uses its session just now; otherwise it waits as one does whose page is away. */
  apiSessionInUse(session: Session, isInUse: boolean): void {
    if (!isInUse) return this.#awaitReturn(session);
    this.#stopLeaveTimer(session.id);
    void this.options.engine.sessions.setOpen(session.id, true);
  }

  /** Nobody comes back to an API client's session: it goes now, and not with its time. */
  async endApiSession(session: Session): Promise<void> {
    const { sessions } = this.options.engine;
    await this.#leave(session);
    const stored = await sessions.load(session.id);
    await sessions.drop(session.id);
    await this.#expire(session.id, stored?.data ?? emptySessionData);
  }

  /** A connection is gone; its session waits for it to return. */
  disconnected(page: PageConnection): void {
    const { session } = page;
    if (!session || this.#connections.get(session.id) !== page) return;
    this.#connections.delete(session.id);
    this.#awaitReturn(session);
  }

  async run(session: Session, message: RunMessage): Promise<void> {
    await this.#runner.submit(session, message);
  }

  /** Runs an endpoint by its name. @throws UNKNOWN_ENDPOINT, PARAMETER_UNKNOWN, PARAMETER_MISSING */
  async call(session: Session, { jobId, endpoint: name, parameters }: CallMessage): Promise<void> {
    const endpoint = findEndpoint(this.endpoints, name);
    const payloads = [...payloadsByName(endpoint, parameters)];
    await this.run(session, { type: "run", jobId, listenerId: endpoint.listener.id, payloads });
  }

  async cancel(session: Session, jobId: JobId): Promise<void> {
    // Only the owner's own jobs can be named here.
    if (session.jobStatus(jobId) === undefined)
      throw new VitrineError("UNKNOWN_JOB", { message: "This session has no such job." });
    await this.#runner.cancel(session, jobId);
  }

  acknowledge(session: Session, seq: number): void {
    this.options.engine.events.acknowledge(session.id, seq);
  }

  lastSeq(session: Session): number {
    return this.options.engine.events.lastSeq(session.id);
  }

  snapshot(session: Session): Snapshot {
    return session.snapshot(this.app);
  }

  follow(options: FollowOptions): Follower {
    return this.options.engine.events.follow(options);
  }

  report(error: unknown, reference: string): ErrorReport {
    return reportError(error, { isDevelopment: this.options.isDevelopment, reference });
  }

  /** Puts a reloaded script's app in place of the old one; sessions keep what stands at the same place in the tree. */
  async replaceApp(app: CompiledApp): Promise<void> {
    const { config, endpoints } = await describe(app, this.options);
    this.config = config;
    this.endpoints = endpoints;
    this.app = app;
    await this.#limitGroups();
    this.reportBuildFailure(null);
    for (const session of this.#sessions.values()) session.send({ type: "appChanged", config: this.config });
  }

  /** Shows why a script could not be reloaded, in every open page; `null` takes it away. */
  reportBuildFailure(text: string | null): void {
    for (const session of this.#sessions.values()) session.send({ type: "buildFailed", text });
  }

  /** Takes no new jobs, and waits up to `maxMs` for those that run. */
  async drain(maxMs: number): Promise<void> {
    this.#isDraining = true;
    const { clock, engine } = this.options;
    const endMs = clock.now() + maxMs;
    while (engine.jobs.size > 0 && clock.now() < endMs) {
      await new Promise<void>((resolve) => void clock.setTimer(20, resolve));
    }
  }

  /** Ends every connection; pages come back by themselves. */
  async close(): Promise<void> {
    this.#isDraining = true;
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    for (const stop of this.#leaveTimers.values()) stop();
    for (const page of this.#connections.values()) page.close(closeCodes.restart, "restart");
    this.#connections.clear();
    const sessions = [...this.#sessions.values()];
    await Promise.all(sessions.map((session) => this.#runner.cancelAll(session)));
    for (const session of sessions) session.end();
    this.#sessions.clear();
  }

  async #limitGroups(): Promise<void> {
    for (const [group, limit] of this.app.groups) await this.options.engine.jobs.limit(group, limit);
  }

  #awaitReturn(session: Session): void {
    void this.options.engine.sessions.setOpen(session.id, false);
    const leave = (): void => void this.#leave(session).catch(this.#logFailure);
    this.#leaveTimers.set(session.id, this.options.clock.setTimer(this.options.resumeMs, leave));
  }

  #stopLeaveTimer(id: SessionId): void {
    this.#leaveTimers.get(id)?.();
    this.#leaveTimers.delete(id);
  }

  #addSession(id: SessionId, request: ConnectionRequest, isOfApi = false): Session {
    const { engine, files, clock } = this.options;
    const session = new Session({
      id,
      request,
      isOfApi,
      clock,
      events: engine.events,
      files: files.of(id),
      data: new SessionData(engine.sessions, { id, maxLength: this.options.maxStateLength }),
    });
    this.#sessions.set(id, session);
    return session;
  }

  #takeOver(session: Session, page: PageConnection): void {
    this.#stopLeaveTimer(session.id);
    const older = this.#connections.get(session.id);
    this.#connections.set(session.id, page);
    if (older && older !== page) older.close(closeCodes.takenOver, "taken over");
  }

  /** The page stayed away too long: its jobs end, its State waits for the end of its time to live. */
  async #leave(session: Session): Promise<void> {
    this.#leaveTimers.delete(session.id);
    await this.#runner.cancelAll(session);
    // Back at the last moment.
    if (this.#connections.has(session.id)) return;
    await this.#runner.runUnload(session);
    if (this.#connections.has(session.id)) return;
    this.options.engine.events.trim(session.id);
  }

  async #expire(id: SessionId, data: string): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    this.apiSessions.forget(id);
    this.#stopLeaveTimer(id);
    session?.end();
    if (session) await this.#runner.cancelAll(session);
    this.options.engine.events.drop(id);
    try {
      await this.#tellStates(data);
    } finally {
      await this.options.files.drop(id);
    }
  }

  async #tellStates(data: string): Promise<void> {
    const isState = (block: Block): block is State<unknown> => block instanceof State;
    for (const { state, value } of expiredStates(this.app, data, isState)) {
      try {
        await state.onDelete?.(value);
      } catch (error) {
        this.options.log.error("onDelete of a State failed", { error });
      }
    }
  }

  /** What goes wrong after a visitor has left ends nothing else. */
  readonly #logFailure = (error: unknown): void =>
    this.options.log.error("A session did not end well", { error });

  #tellPosition({ job, position, etaMs }: Waiting): void {
    const session = this.#sessions.get(job.session);
    const message = session?.setStatus(job.id, {
      stage: "queued",
      position,
      ...(etaMs === undefined ? {} : { etaMs }),
    });
    if (session && message) session.send(message);
  }
}

interface Described {
  readonly config: AppConfig;
  readonly endpoints: ReadonlyMap<string, Endpoint>;
}

async function describe(app: CompiledApp, options: Required<AppHostOptions>): Promise<Described> {
  const { files, isDevelopment, maxUploadBytes } = options;
  const context = { files: files.of("app") };
  return {
    config: await describeApp(app, { context, isDevelopment, maxUploadBytes }),
    endpoints: await describeEndpoints(app, context),
  };
}
