import type { ProgressReport } from "@vitrine/core";
import type { PageStatus } from "../job.ts";

/** What a job does, in words; empty when there is nothing to say but that it runs. */
export function statusText(status: PageStatus, isConnected: boolean): string {
  switch (status.stage) {
    case "uploading":
      return "Waiting for the upload";
    case "sent":
      return isConnected ? "" : "Waiting for the connection";
    case "queued":
      return [placeInQueue(status.position), status.etaMs === undefined ? "" : about(status.etaMs)]
        .filter(Boolean)
        .join(", ");
    case "running":
      return progressText(status.progress);
    case "cancelling":
      return "Cancelling";
    case "cancelled":
      return "Cancelled";
    case "complete":
    case "failed":
    case "skipped":
      return "";
  }
}

/** "0.4 s", "12.3 s", "2:05". */
export function durationText(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 0.1) return "< 0.1 s";
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** What is left, guessed from how far the job is; nothing while that would be a wild guess. */
export function remainingText(progress: ProgressReport | undefined, elapsedMs: number): string {
  const fraction = progress?.fraction ?? 0;
  if (fraction < 0.05 || fraction >= 1 || elapsedMs < 2000) return "";
  return `${about((elapsedMs / fraction) * (1 - fraction))} left`;
}

function placeInQueue(position: number): string {
  return position === 0 ? "Next in line" : `${position} ahead of you`;
}

function about(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds < 60 ? `about ${seconds} s` : `about ${Math.round(seconds / 60)} min`;
}

function progressText(progress: ProgressReport | undefined): string {
  if (!progress) return "";
  const { description = "", done, total, fraction } = progress;
  const steps = done === undefined ? "" : total === undefined ? `${done}` : `${done}/${total}`;
  const percent = fraction === undefined ? "" : `${Math.round(fraction * 100)} %`;
  return [description, steps || percent].filter(Boolean).join(" ");
}
