import type { Job } from "./job.ts";
import { RecentTimes } from "./recent-times.ts";

/** How long jobs will take, from how long the last ones took. All times in milliseconds. */
export class Estimates {
  readonly now: () => number;
  readonly #times = new RecentTimes();

  constructor(now: () => number) {
    this.now = now;
  }

  /** A job is done. */
  learn({ startedMs }: Job): void {
    if (startedMs !== undefined) this.#times.add(this.now() - startedMs);
  }

  /** Until a running job is done; undefined before its first step. */
  remainingOf({ startedMs, progress }: Job): number | undefined {
    if (startedMs === undefined || progress.fraction <= 0) return undefined;
    const elapsed = this.now() - startedMs;
    return elapsed / Math.min(1, progress.fraction) - elapsed;
  }

  /** Until a job begins that has so many before it, the running one included; undefined before any was done. */
  waitOf(ahead: number, running: Job | undefined): number | undefined {
    const typical = this.#times.median();
    if (typical === undefined) return undefined;
    const current = running ? (this.remainingOf(running) ?? typical) : 0;
    return current + Math.max(0, ahead - (running ? 1 : 0)) * typical;
  }
}
