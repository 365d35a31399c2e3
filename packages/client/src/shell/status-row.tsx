import { useEffect, useState } from "preact/hooks";
import type { BlockNode } from "../block-store.ts";
import type { Job } from "../job.ts";
import type { Page } from "../page.ts";
import { durationText, remainingText, statusText } from "./status-text.ts";
import { watched } from "./watched.ts";

/** A job shorter than this is not announced to screen readers. */
const announceAfterMs = 1500;

interface StatusRowProps {
  readonly job: Job | undefined;
  readonly node: BlockNode;
  readonly page: Page;
}

/** What the job does, how long it takes, and Cancel; between runs, how long the last one took. */
export const StatusRow = watched(function StatusRow({ job, node, page }: StatusRowProps) {
  const elapsedMs = useElapsed(job, page);
  const status = job?.status.value;
  const last = node.lastRun.value;
  const isFull = job?.listener.showProgress === "full";
  const isConnected = page.connectionState.value.stage === "open";
  const words =
    status && isFull
      ? statusText(status, isConnected)
      : !job && last?.stage === "cancelled"
        ? "Cancelled"
        : "";
  const remaining = status?.stage === "running" && isFull ? remainingText(status.progress, elapsedMs) : "";
  const time = durationText(job ? elapsedMs : (last?.durationMs ?? 0));
  return (
    <div class="vt-status-row">
      <span class="vt-status-words">{words}</span>
      <span>{[remaining, time].filter(Boolean).join(" · ")}</span>
      {job && status?.stage !== "cancelling" && (
        <button
          type="button"
          class="vt-link"
          data-part="cancel"
          onClick={() => page.dispatcher.cancel(job.id)}
        >
          Cancel
        </button>
      )}
      <span class="vt-hidden" role="status">
        {elapsedMs > announceAfterMs && (words || "Running")}
      </span>
    </div>
  );
});

/** Milliseconds since the job began, told about ten times a second. */
function useElapsed(job: Job | undefined, page: Page): number {
  const [nowMs, setNowMs] = useState(page.clock.now());
  useEffect(() => {
    if (!job) return undefined;
    const timer = setInterval(() => setNowMs(page.clock.now()), 100);
    return () => clearInterval(timer);
  }, [job]);
  return job ? Math.max(0, nowMs - job.startedAtMs) : 0;
}
