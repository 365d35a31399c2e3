import type { Job } from "./job.ts";
import type { UserJobs } from "./user-jobs.ts";

/** Whose turn it is: users one after the other, each with the first of their own jobs. */
export class Turns {
  /** In the order of turns; whoever was served goes to the end. */
  readonly #users: UserJobs[] = [];

  /** Someone who was not in line joins its end. */
  join(user: UserJobs): void {
    if (!this.#users.includes(user)) this.#users.push(user);
  }

  /** The next job, taken off its user's list. */
  take(): Job | undefined {
    const at = this.#users.findIndex((user) => user.waiting.length > 0);
    const user = this.#users[at];
    if (!user) return undefined;
    this.#users.splice(at, 1);
    const job = user.waiting.shift();
    this.#users.push(user);
    return job;
  }

  leave(user: UserJobs): void {
    const at = this.#users.indexOf(user);
    if (at >= 0) this.#users.splice(at, 1);
  }

  /** Every waiting job in the order they will run, if nobody adds another. */
  order(): readonly Job[] {
    const rounds = Math.max(0, ...this.#users.map(({ waiting }) => waiting.length));
    return Array.from({ length: rounds }, (_, round) =>
      this.#users.flatMap(({ waiting }) => waiting[round] ?? []),
    ).flat();
  }
}
