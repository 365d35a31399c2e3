import type { JobKind } from "../jobs/job.ts";
import type { UserView } from "../jobs/user-jobs.ts";

/** One line of HTML: a bar, what happens, and how long it still takes. */
export function drawStatus({ running, remainingMs, waiting, pictures }: UserView, kind: JobKind): string {
  if (running?.work.kind === kind) {
    const { fraction, words } = running.progress;
    const percent = Math.min(100, Math.round(fraction * 100));
    const after = waiting.length > 0 ? `${waiting.length} more waiting` : "";
    return line(percent, [`${percent} %`, escapeHtml(words), leftText(remainingMs), after]);
  }
  const next = waiting.find((job) => job.kind === kind);
  if (next) {
    const before = next.ahead === 1 ? "one job before yours" : `${next.ahead} jobs before yours`;
    const wait = next.waitMs === undefined ? "" : `begins in about ${duration(next.waitMs)}`;
    return line(0, ["Waiting", before, wait]);
  }
  const count = pictures.filter(({ isGrid }) => isGrid !== true).length;
  return line(undefined, [count === 0 ? "Ready" : `${count} ${count === 1 ? "picture" : "pictures"}`]);
}

/** As "12 s" or "3 min". */
export function duration(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

export function escapeHtml(text: string): string {
  const marks: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (mark) => marks[mark] ?? mark);
}

function leftText(remainingMs: number | undefined): string {
  return remainingMs === undefined ? "" : `${duration(remainingMs)} left`;
}

function line(percent: number | undefined, parts: readonly string[]): string {
  const words = parts.filter((part) => part !== "").join(" · ");
  const bar =
    percent === undefined
      ? '<div class="studio-bar"></div>'
      : `<div class="studio-bar"><div class="studio-bar-done" style="width: ${percent}%"></div></div>`;
  return `<div class="studio-status">${bar}<span>${words}</span></div>`;
}
