import type { Progress } from "../app/job-context.ts";
import type { ProgressReport } from "../protocol/status.ts";

/** The `progress` of a job's context; each report replaces the one before. */
export function createProgress(report: (progress: ProgressReport | undefined) => void): Progress {
  const progress: Progress = Object.assign(
    (fraction: number | null, options: { readonly description?: string } = {}) => {
      report({ ...(fraction === null ? {} : { fraction: clampFraction(fraction) }), ...options });
    },
    {
      steps(done: number, total: number, options: { readonly description?: string } = {}) {
        report({ done, total, fraction: total > 0 ? clampFraction(done / total) : 0, ...options });
      },
      async *iterate<T>(
        items: Iterable<T> | AsyncIterable<T>,
        options: { readonly description?: string; readonly total?: number } = {},
      ) {
        const { total = countOf(items), ...shown } = options;
        let done = 0;
        for await (const item of items) {
          report({
            done,
            ...(total === undefined ? {} : { total, fraction: clampFraction(done / total) }),
            ...shown,
          });
          yield item;
          done++;
        }
        report({ done, ...(total === undefined ? {} : { total, fraction: 1 }), ...shown });
      },
    },
  );
  return progress;
}

function clampFraction(fraction: number): number {
  return Math.min(1, Math.max(0, Number.isFinite(fraction) ? fraction : 0));
}

function countOf(items: object): number | undefined {
  if (Array.isArray(items)) return items.length;
  return items instanceof Set || items instanceof Map ? items.size : undefined;
}
