import { signal } from "./signal.ts";

export type ToastLevel = "info" | "success" | "warning" | "error";

export interface NewToast {
  readonly level: ToastLevel;
  readonly message: string;
  readonly title?: string | undefined;
  readonly hint?: string | undefined;
  /** How long it stays, in milliseconds; 0 until it is closed. @default 0 for errors, else 10000 */
  readonly durationMs?: number | undefined;
  /** Taken away when what it is about begins anew. */
  readonly about?: string;
}

export interface Toast extends NewToast {
  readonly id: number;
  readonly durationMs: number;
  /** How often the same was said. */
  readonly count: number;
}

const defaultDurationMs = 10_000;
const maxToasts = 5;

/** What the page tells the visitor at the edge of the window. The same words again only raise a count. */
export class ToastList {
  readonly shown = signal<readonly Toast[]>([]);
  #nextId = 1;

  add(toast: NewToast): void {
    const shown = this.shown.peek();
    const same = shown.find(
      (other) =>
        other.level === toast.level && other.message === toast.message && other.title === toast.title,
    );
    const durationMs = toast.durationMs ?? (toast.level === "error" ? 0 : defaultDurationMs);
    const added = { ...toast, durationMs, id: same?.id ?? this.#nextId++, count: (same?.count ?? 0) + 1 };
    this.shown.value = [...shown.filter((other) => other !== same), added].slice(-maxToasts);
  }

  close(id: number): void {
    this.shown.value = this.shown.peek().filter((toast) => toast.id !== id);
  }

  closeAbout(about: string): void {
    if (this.shown.peek().some((toast) => toast.about === about))
      this.shown.value = this.shown.peek().filter((toast) => toast.about !== about);
  }
}
