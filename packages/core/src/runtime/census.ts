/** Counts of what is kept for visitors; none may grow with visitors that have gone. */
export interface Census {
  /** Sessions in memory, open or not. */
  readonly sessions: number;
  /** Sessions in the engine's store. */
  readonly stored: number;
  /** Sessions whose page is there. */
  readonly connections: number;
  /** Sessions whose page is away and whose jobs go on. */
  readonly leaveTimers: number;
  readonly logs: number;
  /** Jobs that run or wait. */
  readonly jobs: number;
}
