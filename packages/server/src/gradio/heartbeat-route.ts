import type { Unsubscribe } from "@vitrine/core";
import type { Context } from "hono";
import type { AppEnv } from "../http/env.ts";
import type { GradioApi } from "./gradio-api.ts";
import { clientRequest } from "../http/client-request.ts";
import { answerEventStream, beatEveryMs } from "./http/event-stream.ts";
import { sessionName } from "./join-routes.ts";

const alive = "data: ALIVE\n\n";

/** `GET heartbeat/{session}`: while it is open its session stays as it is, as one does whose page is open. */
export function heartbeatRoute(api: GradioApi): (context: Context<AppEnv>) => Promise<Response> {
  return async (context) => {
    const name = sessionName(context.req.param("session"), ["path", "session_hash"]);
    const request = clientRequest(context);
    const { apiSessions } = await api.host;
    let release: Unsubscribe | undefined;
    let stopBeat: Unsubscribe = () => undefined;
    let isOver = false;
    /** The heartbeat may come before the first call: it begins no session by itself. */
    const hold = async (): Promise<void> => {
      const session = release ? undefined : await apiSessions.find("gradio", name, request);
      if (session && !isOver) release ??= session.use();
    };
    return answerEventStream(context, {
      onOpen(stream) {
        const beat = (): void => {
          stream.write(alive);
          void hold();
          stopBeat = api.clock.setTimer(beatEveryMs, beat);
        };
        beat();
      },
      onGone() {
        isOver = true;
        stopBeat();
        release?.();
      },
    });
  };
}
