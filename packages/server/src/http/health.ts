import type { AppHost } from "@vitrine/core";
import type { Context } from "hono";

/** Answers as long as the process does. */
export function createHealthRoute() {
  return (context: Context): Response => {
    context.header("Cache-Control", "no-store");
    return context.json({ status: "ok" });
  };
}

/** Answers whether visitors should be sent here: not before the app runs, nor while it goes down. */
export function createReadyRoute(host: Promise<AppHost>) {
  return async (context: Context): Promise<Response> => {
    context.header("Cache-Control", "no-store");
    const running = await host.catch(() => undefined);
    if (running && !running.isDraining) return context.json({ status: "ready" });
    context.header("Retry-After", "5");
    return context.json({ status: running ? "draining" : "failed" }, 503);
  };
}
