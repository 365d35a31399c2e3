import type { Job } from "./job.ts";
import type { UserJobs } from "./user-jobs.ts";

/** Whose turn it is: of those who wait, whoever was served least recently, with the first of their own jobs. */
export class Turns {
  /** Users in the order they came, with the number of their last turn; -1 before the first. */
  readonly #lastTurns = new Map<UserJobs, number>();
  #turn = 0;

  join(user: UserJobs): void {
    if (!this.#lastTurns.has(user)) this.#lastTurns.set(user, -1);
  }

  leave(user: UserJobs): void {
    this.#lastTurns.delete(user);
  }

  /** The next job, taken off its user's list. */
  take(): Job | undefined {
    const [user] = this.#inLine();
    if (!user) return undefined;
    this.#lastTurns.set(user, this.#turn++);
    return user.waiting.shift();
  }

  /** Every waiting job in the order they will run, if nobody adds another. */
  order(): readonly Job[] {
    const users = this.#inLine();
    const rounds = Math.max(0, ...users.map(({ waiting }) => waiting.length));
    return Array.from({ length: rounds }, (_, round) =>
      users.flatMap(({ waiting }) => waiting[round] ?? []),
    ).flat();
  }

  #inLine(): readonly UserJobs[] {
    return [...this.#lastTurns]
      .filter(([user]) => user.waiting.length > 0)
      .sort(([, first], [, second]) => first - second)
      .map(([user]) => user);
  }
}
