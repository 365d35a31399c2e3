import type { SessionId } from "../../ids.ts";
import type { JobName, JobSpec } from "../engine.ts";

const rememberedDurations = 21;

/**
 * The jobs of one concurrency group. Sessions take turns: the one served longest ago is next, so one visitor's
 * hundred jobs do not hold up another's first.
 */
export class ConcurrencyGroup {
  limit: number | null = null;
  running = 0;
  /** Waiting jobs by session; the map's order is the order of turns. */
  readonly #turns = new Map<SessionId, JobSpec[]>();
  readonly #durationsMs: number[] = [];
  #waiting = 0;

  get waiting(): number {
    return this.#waiting;
  }

  get hasSlot(): boolean {
    return this.limit === null || this.running < this.limit;
  }

  add(job: JobSpec): void {
    const own = this.#turns.get(job.session);
    if (own) own.push(job);
    else this.#turns.set(job.session, [job]);
    this.#waiting++;
  }

  /** Takes the job whose turn it is. */
  take(): JobSpec | undefined {
    for (const [session, jobs] of this.#turns) {
      this.#turns.delete(session);
      const job = jobs.shift();
      if (!job) continue;
      // Behind all others: the next turn is theirs.
      if (jobs.length > 0) this.#turns.set(session, jobs);
      this.#waiting--;
      return job;
    }
    return undefined;
  }

  remove({ session, id }: JobName): boolean {
    const jobs = this.#turns.get(session);
    const index = jobs?.findIndex((job) => job.id === id) ?? -1;
    if (!jobs || index < 0) return false;
    jobs.splice(index, 1);
    if (jobs.length === 0) this.#turns.delete(session);
    this.#waiting--;
    return true;
  }

  /** Waiting jobs in the order in which they will start. */
  *inOrder(): Generator<JobSpec> {
    const turns = [...this.#turns.values()];
    for (let round = 0; turns.some((jobs) => jobs.length > round); round++) {
      for (const jobs of turns) {
        const job = jobs[round];
        if (job) yield job;
      }
    }
  }

  recordDuration(durationMs: number): void {
    this.#durationsMs.push(durationMs);
    if (this.#durationsMs.length > rememberedDurations) this.#durationsMs.shift();
  }

  /** When a job at this position is likely to start: median duration times the rounds before it. */
  estimateMs(position: number): number | undefined {
    if (this.#durationsMs.length === 0) return undefined;
    const sorted = this.#durationsMs.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return Math.round((median * (position + 1)) / Math.max(1, this.limit ?? 1));
  }
}
