import { isJson, type Endpoint, type Json } from "@vitrine/core";
import type { Context } from "hono";
import * as v from "valibot";
import type { AppEnv } from "../http/env.ts";
import type { EventRun } from "./event-run.ts";
import type { GradioApi } from "./gradio-api.ts";
import { clientRequest } from "../http/client-request.ts";
import { answerEventStream, beatEveryMs } from "./http/event-stream.ts";
import { readJson } from "./http/read-json.ts";
import { rootOf } from "../http/root.ts";
import { dataSchema, sessionHashSchema } from "./join-routes.ts";
import { outputOf } from "./queue/messages.ts";
import { block, type CallResults } from "./queue/call-results.ts";
import type { Completed, Step } from "./queue/step.ts";
import { checkNames, readByName, readInOrder, type ReadTarget } from "./read-payloads.ts";

type Route = (context: Context<AppEnv>) => Promise<Response>;

const callSchema = v.object({ data: dataSchema, session_hash: v.nullish(sessionHashSchema) });
const runSchema = v.object({
  data: dataSchema,
  session_hash: v.nullish(sessionHashSchema),
  fn_index: v.nullish(v.pipe(v.number(), v.integer())),
});
const namedSchema = v.pipe(
  v.record(
    v.string(),
    v.custom<Json>((value) => isJson(value), "JSON at most 64 levels deep"),
  ),
);

/** `POST call/{name}`: values in order; the answer names the event to read. */
export function callRoute(api: GradioApi, results: CallResults): Route {
  return async (context) => {
    const name = context.req.param("name") ?? "";
    const endpoint = await api.endpointByName(name);
    const { data, session_hash: hash } = await readJson(context, callSchema);
    const read = (target: ReadTarget) => readInOrder(endpoint, data, target);
    return begin(context, { api, results, endpoint, name, hash, read });
  };
}

/** `POST call/v2/{name}`: values by the names of the parameters. */
export function namedCallRoute(api: GradioApi, results: CallResults): Route {
  return async (context) => {
    const name = context.req.param("name") ?? "";
    const endpoint = await api.endpointByName(name);
    const given = await readJson(context, namedSchema);
    checkNames(endpoint, given);
    const read = (target: ReadTarget) => readByName(endpoint, given, target);
    return begin(context, { api, results, endpoint, name, hash: undefined, read });
  };
}

/** `GET call/{name}/{event}`: what the call gives, until its end; once. */
export function resultRoute(api: GradioApi, results: CallResults): Route {
  return async (context) => {
    const { name = "", event = "" } = context.req.param() as Record<string, string>;
    const isUnread = results.isUnread(event, name);
    let stopBeat: () => void = () => undefined;
    return answerEventStream(context, {
      onOpen(stream) {
        if (!isUnread) {
          stream.write(block("error", "404: Not Found"));
          return stream.end();
        }
        const beat = (): void => {
          stream.write(block("heartbeat", null));
          stopBeat = api.clock.setTimer(beatEveryMs, beat);
        };
        stopBeat = api.clock.setTimer(beatEveryMs, beat);
        results.attach(event, stream, () => stopBeat());
      },
      onRoom: () => results.flush(event),
      onGone() {
        stopBeat();
        results.gone(event);
      },
    });
  };
}

/** `POST run/{name}`: the answer is the first result itself. A number in the body counts more than the name. */
export function runRoute(api: GradioApi): Route {
  return async (context) => {
    const { data, session_hash: hash, fn_index: fnIndex } = await readJson(context, runSchema);
    const endpoint =
      fnIndex === null || fnIndex === undefined
        ? await api.endpointByName(context.req.param("name") ?? "")
        : await api.endpointByIndex(fnIndex);
    let tell: (step: Step) => void = () => undefined;
    const first = new Promise<Completed | Extract<Step, { type: "generating" }>>((resolve) => {
      tell = (step) => void ((step.type === "generating" || step.type === "completed") && resolve(step));
    });
    const run = await api.begin({
      session: await api.openSession(hash ?? api.createEventId(), clientRequest(context)),
      endpoint,
      read: (target) => readInOrder(endpoint, data, target),
      root: rootOf(context),
      onStep: (step) => tell(step),
    });
    await api.accepted(run);
    const step = await first;
    if ("failure" in step) return context.json(step.failure, 500);
    const isGenerating = step.type === "generating";
    if (isGenerating) run.cancel();
    return context.json(outputOf(step.data, { isGenerating, seconds: isGenerating ? 0 : step.seconds }));
  };
}

interface NewCall {
  readonly api: GradioApi;
  readonly results: CallResults;
  readonly endpoint: Endpoint;
  readonly name: string;
  readonly hash: string | null | undefined;
  readonly read: (target: ReadTarget) => Promise<readonly Json[]>;
}

async function begin(context: Context<AppEnv>, { api, results, endpoint, name, hash, read }: NewCall) {
  const eventId = api.createEventId();
  let run: EventRun | undefined;
  results.begin(eventId, { name, cancel: () => run?.cancel() });
  try {
    run = await api.begin({
      // Without a session of its own each call has a State that nobody else has.
      session: await api.openSession(hash ?? eventId, clientRequest(context)),
      endpoint,
      read,
      root: rootOf(context),
      onStep: (step) => results.tell(eventId, step),
    });
    await api.accepted(run);
  } catch (error) {
    results.forget(eventId);
    throw error;
  }
  return context.json({ event_id: eventId });
}
