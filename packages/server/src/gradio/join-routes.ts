import { isJson, type Json } from "@vitrine/core";
import type { Context } from "hono";
import * as v from "valibot";
import type { AppEnv } from "../http/env.ts";
import type { EventRun } from "./event-run.ts";
import type { GradioApi } from "./gradio-api.ts";
import { clientRequest } from "../http/client-request.ts";
import { answerEventStream } from "./http/event-stream.ts";
import { readJson } from "./http/read-json.ts";
import { GradioRefusal, malformed } from "./http/refusal.ts";
import { rootOf } from "../http/root.ts";
import type { StreamSessions } from "./queue/stream-sessions.ts";
import { readInOrder } from "./read-payloads.ts";

type Route = (context: Context<AppEnv>) => Promise<Response>;

const jsonSchema = v.custom<Json>((value) => isJson(value), "JSON at most 64 levels deep");
/** Clients choose it; the longest known is a UUID. */
export const sessionHashSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(128));
export const dataSchema = v.array(jsonSchema);

const joinSchema = v.object({
  data: dataSchema,
  fn_index: v.nullish(v.pipe(v.number(), v.integer())),
  session_hash: v.nullish(sessionHashSchema),
  event_data: v.nullish(jsonSchema),
});

const cancelSchema = v.object({
  event_id: v.nullish(v.string()),
  session_hash: v.nullish(sessionHashSchema),
  fn_index: v.nullish(v.number()),
});

/** `POST queue/join`: begins an event; its steps come by the session's stream. */
export function joinRoute(api: GradioApi, streams: StreamSessions): Route {
  return async (context) => {
    const {
      data,
      fn_index: fnIndex,
      session_hash: name,
      event_data: eventData,
    } = await readJson(context, joinSchema);
    if (name === null || name === undefined) throw new GradioRefusal(400, "Session hash not found.");
    if (fnIndex === null || fnIndex === undefined)
      throw new GradioRefusal(400, "No function index specified.");
    const endpoint = await api.endpointByIndex(fnIndex);
    const stream = streams.of(name);
    if (stream.isFull)
      throw new GradioRefusal(503, "Too many events of this session wait for their results to be read.");
    const eventId = api.createEventId();
    let run: EventRun | undefined;
    let isCancelled = false;
    // Before anything is waited for, so that no stream is closed meanwhile.
    stream.join(eventId, {
      fnIndex,
      cancel() {
        isCancelled = true;
        run?.cancel();
      },
    });
    try {
      run = await api.begin({
        session: await api.openSession(name, clientRequest(context)),
        endpoint,
        read: (target) => readInOrder(endpoint, data, target),
        eventData: eventData ?? undefined,
        root: rootOf(context),
        onStep: (step) => stream.tell(eventId, step),
      });
      if (isCancelled) run.cancel();
      await api.accepted(run);
    } catch (error) {
      stream.drop(eventId);
      throw error;
    }
    await pause(stream.answerDelayMs);
    return context.json({ event_id: eventId });
  };
}

/** `GET queue/data`: the stream of a session. */
export function dataRoute(streams: StreamSessions): Route {
  return async (context) => {
    const name = sessionName(context.req.query("session_hash"), ["query", "session_hash"]);
    const session = streams.of(name);
    return answerEventStream(context, {
      onOpen: (stream) => session.attach(stream),
      onRoom: () => session.flush(),
      onGone: (stream) => session.gone(stream),
    });
  };
}

/** `POST cancel`: ends exactly one event of the session that names it; anything else is left as it is. */
export function cancelRoute(streams: StreamSessions): Route {
  return async (context) => {
    const body = await readJson(context, cancelSchema);
    const stream = body.session_hash ? streams.find(body.session_hash) : undefined;
    stream?.cancel(body.event_id ?? null, body.fn_index ?? undefined);
    return context.json({ success: true });
  };
}

/** @throws GradioRefusal 422 */
export function sessionName(given: string | undefined, location: readonly string[]): string {
  const result = v.safeParse(sessionHashSchema, given);
  if (result.success) return result.output;
  throw malformed(location, "Expected a session hash of 1 to 128 characters.");
}

function pause(ms: number): Promise<void> | undefined {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined;
}
