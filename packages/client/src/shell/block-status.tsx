import { useRef } from "preact/hooks";
import type { BlockNode } from "../block-store.ts";
import type { Job } from "../job.ts";
import { useIsLate } from "./lateness.ts";
import { usePage } from "./page-context.ts";
import { useNotices } from "./use-notices.ts";
import { watched } from "./watched.ts";

/** Words come later than the line, so that quick jobs do not move the page. */
const wordsAfterMs = 400;

/** What happens to a block, under it and never over it: a thin line, then words, time and Cancel. */
export const BlockStatus = watched(function BlockStatus({ node }: { readonly node: BlockNode }) {
  const { drawn, page } = usePage();
  const job = node.jobs.value.findLast((one) => one.listener.showProgress !== "hidden");
  const error = node.lastRun.value?.error;
  const isLate = useIsLate(job !== undefined, wordsAfterMs);
  // Once there were words their row stays, with the time the last run took: the next run then moves nothing.
  const hasRow = useRef(false);
  // Of several outputs the first that is drawn speaks for all.
  if (isLate && job?.places.find((id) => drawn.has(id)) === node.id) hasRow.current = true;
  const notices = useNotices(hasRow.current || error !== undefined);
  if (!job && !notices) return null;
  return (
    <div class="vt-status" data-part="status">
      {job && <Line job={job} />}
      {notices && hasRow.current && <notices.StatusRow job={job} node={node} page={page} />}
      {notices && error && <notices.OutputError error={error} />}
    </div>
  );
});

const Line = watched(function Line({ job }: { readonly job: Job }) {
  const status = job.status.value;
  const fraction = status.stage === "running" ? status.progress?.fraction : undefined;
  return (
    <progress
      class="vt-line"
      data-part="progress"
      aria-label="Progress"
      {...(fraction === undefined ? {} : { value: fraction })}
    />
  );
});
