import type { Job, JobKind } from "./job.ts";
import type { PictureShelf, StudioPicture } from "./picture-shelf.ts";

/** A waiting job as its owner sees it. */
export interface WaitingJob {
  readonly id: string;
  readonly kind: JobKind;
  readonly label: string;
  /** Jobs that come before it, everybody's, the running one included. */
  readonly ahead: number;
  /** Milliseconds until it begins; undefined while nobody can know. */
  readonly waitMs: number | undefined;
}

/** What one user may know: their own jobs and pictures. */
export interface UserView {
  readonly running: Job | undefined;
  /** Milliseconds until the running job is done; undefined while nobody can know. */
  readonly remainingMs: number | undefined;
  readonly waiting: readonly WaitingJob[];
  readonly pictures: readonly StudioPicture[];
}

/** Something a job wants its owner to read. */
export interface Note {
  readonly kind: JobKind;
  readonly text: string;
  /** Whether something did not go as wished. */
  readonly tone: "success" | "warning";
}

/** One user: what they wait for, what they have, and who watches. */
export class UserJobs {
  readonly id: string;
  /** What others may call them. */
  readonly name: string;
  readonly shelf: PictureShelf;
  waiting: Job[] = [];
  running: Job | undefined;
  /** Errors and notes nobody has been told yet. */
  readonly #failures: { readonly kind: JobKind; readonly error: unknown }[] = [];
  #notes: Note[] = [];
  readonly #listeners = new Set<() => void>();
  /** The newest watch of each kind; an older one ends when it is replaced. */
  readonly watches = new Map<JobKind, symbol>();
  /** Kinds whose page went away while there was something to see. */
  readonly away = new Set<JobKind>();
  /** Pictures that came meanwhile. */
  readonly unseen = new Map<JobKind, number>();

  constructor(id: string, name: string, shelf: PictureShelf) {
    this.id = id;
    this.name = name;
    this.shelf = shelf;
  }

  hasWork(kind: JobKind): boolean {
    return this.running?.work.kind === kind || this.waiting.some((job) => job.work.kind === kind);
  }

  addFailure(kind: JobKind, error: unknown): void {
    this.#failures.push({ kind, error });
  }

  addNote(note: Note): void {
    this.#notes.push(note);
  }

  hasFailure(kind: JobKind): boolean {
    return this.#failures.some((failure) => failure.kind === kind);
  }

  /** The oldest failure of a kind that nobody has been told. */
  takeFailure(kind: JobKind): { readonly error: unknown } | undefined {
    const at = this.#failures.findIndex((failure) => failure.kind === kind);
    return at < 0 ? undefined : this.#failures.splice(at, 1)[0];
  }

  takeNotes(kind: JobKind): readonly Note[] {
    const taken = this.#notes.filter((note) => note.kind === kind);
    this.#notes = this.#notes.filter((note) => note.kind !== kind);
    return taken;
  }

  takeUnseen(kind: JobKind): number {
    const count = this.unseen.get(kind) ?? 0;
    this.unseen.delete(kind);
    return count;
  }

  /** Something changed. */
  tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** @returns ends the subscription */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
