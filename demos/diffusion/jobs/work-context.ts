import type { Job, StudioState, WorkContext } from "./job.ts";
import type { UserJobs } from "./user-jobs.ts";

/** What a job is given to work with: what it reports, keeps and notes goes to its user. */
export function contextOf(job: Job, user: UserJobs, state: StudioState): WorkContext {
  const { kind } = job.work;
  return {
    state,
    signal: job.abort.signal,
    report: (progress) => {
      // A report without pictures is no reason to show none.
      job.progress = { ...job.progress, ...progress };
      user.tell();
    },
    keep: async (picture) => {
      const kept = await user.shelf.keep(picture);
      if (user.away.has(kind)) user.unseen.set(kind, (user.unseen.get(kind) ?? 0) + 1);
      user.tell();
      return kept;
    },
    note: (text, tone = "warning") => user.addNote({ kind, text, tone }),
  };
}
