import { VitrineError } from "../../errors.ts";
import type { Engine } from "../engine.ts";
import type { Clock, Ids } from "../ports.ts";
import { EmbeddedEventLog, type EventLogLimits } from "./event-log.ts";
import { EmbeddedJobQueue } from "./job-queue.ts";
import { EmbeddedSessionStore } from "./session-store.ts";

export interface EmbeddedEngineOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Sessions kept at most. @default 10000 */
  readonly sessionCapacity?: number;
  /** How long a session's State is kept after it closed, in milliseconds. @default 60 minutes */
  readonly sessionTtlMs?: number;
  readonly log?: EventLogLimits;
}

/** An engine in this process's memory: no server to run, nothing survives the process. */
export function createEmbeddedEngine({
  clock,
  ids,
  sessionCapacity,
  sessionTtlMs,
  log,
}: EmbeddedEngineOptions): Engine {
  const events = new EmbeddedEventLog(log);
  const jobs = new EmbeddedJobQueue({ clock, events });
  const sessions = new EmbeddedSessionStore({
    clock,
    ids,
    ...(sessionCapacity === undefined ? {} : { capacity: sessionCapacity }),
    ...(sessionTtlMs === undefined ? {} : { ttlMs: sessionTtlMs }),
  });
  return {
    jobs,
    events,
    sessions,
    async close() {
      jobs.stop(new VitrineError("JOB_CANCELLED", { message: "The server is shutting down." }));
      sessions.close();
    },
  };
}
