import type { JobKind } from "./job.ts";

/** A job as the administrator sees it. */
export interface BoardJob {
  readonly id: string;
  readonly userName: string;
  readonly kind: JobKind;
  readonly label: string;
}

/** Everybody's jobs: for the administrator. */
export interface BoardView {
  readonly running:
    | (BoardJob & { readonly words: string; readonly remainingMs: number | undefined })
    | undefined;
  /** In the order they will run. */
  readonly waiting: readonly (BoardJob & { readonly waitMs: number | undefined })[];
}
