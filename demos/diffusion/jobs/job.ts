import type { Picture } from "../images/picture.ts";
import type { StopKind } from "../pipeline/generation/stop-control.ts";
import type { SharedState } from "./shared-state.ts";
import type { NewPicture, StudioPicture } from "./picture-shelf.ts";

/** Which tab a job belongs to; each shows its own. */
export type JobKind = "txt2img" | "extras";

/** The state that everything that runs reports to, one for the whole studio. */
export type StudioState = SharedState<unknown, Picture>;

export interface WorkProgress {
  /** How much of the job is done, 0 to 1. */
  readonly fraction: number;
  /** What it is doing. */
  readonly words: string;
  /** The pictures of the batch as they are now. @default the last ones stay */
  readonly previews?: readonly Picture[];
}

/** What a job is given to work with. */
export interface WorkContext {
  readonly state: StudioState;
  /** Aborted when the job is thrown away, results and all. */
  readonly signal: AbortSignal;
  report(progress: WorkProgress): void;
  /** Keeps a finished picture for the job's owner. */
  keep(picture: NewPicture): Promise<StudioPicture>;
  /** Something the owner shall read; the job goes on. @param tone by default, that something did not go as wished */
  note(text: string, tone?: "success" | "warning"): void;
}

/** Something to do with the engine. */
export interface Work {
  readonly kind: JobKind;
  /** What lists call it: the prompt, the file. */
  readonly label: string;
  run(context: WorkContext): Promise<void>;
  /** Asked while `run` is under way. */
  stop(kind: StopKind): void;
}

export type JobStage = "waiting" | "running" | "done" | "failed";

/** One user's work and how far it is. */
export interface Job {
  readonly id: string;
  readonly userId: string;
  readonly work: Work;
  readonly abort: AbortController;
  stage: JobStage;
  /** When it began, in milliseconds since 1970; undefined while it waits. */
  startedMs: number | undefined;
  progress: WorkProgress;
}
