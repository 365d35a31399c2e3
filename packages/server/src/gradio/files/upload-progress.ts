import type { Clock } from "@vitrine/core";
import type { EventStream } from "../http/event-stream.ts";

/** Whoever asks for an upload's progress may ask a little before it begins. */
const awaitMs = 3000;

interface Upload {
  readonly watchers: Set<EventStream>;
}

/** How far uploads are, by the name their client chose; nothing is kept of those nobody watches. */
export class UploadProgress {
  readonly #clock: Clock;
  readonly #uploads = new Map<string, Upload>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(id: string): void {
    this.#uploads.set(id, { watchers: new Set() });
    for (const resume of this.#waiting.get(id) ?? []) resume();
    this.#waiting.delete(id);
  }

  received(id: string, part: { readonly name: string; readonly bytes: number }): void {
    this.#tell(id, { msg: "update", orig_name: part.name, chunk_size: part.bytes });
  }

  end(id: string): void {
    this.#tell(id, { msg: "done" });
    for (const watcher of this.#uploads.get(id)?.watchers ?? []) watcher.end();
    this.#uploads.delete(id);
  }

  /** Whether there is such an upload, or one begins soon. */
  async exists(id: string): Promise<boolean> {
    if (this.#uploads.has(id)) return true;
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting);
    await new Promise<void>((resolve) => {
      waiting.add(resolve);
      this.#clock.setTimer(awaitMs, () => {
        waiting.delete(resolve);
        if (waiting.size === 0) this.#waiting.delete(id);
        resolve();
      });
    });
    return this.#uploads.has(id);
  }

  watch(id: string, watcher: EventStream): void {
    const upload = this.#uploads.get(id);
    if (upload) upload.watchers.add(watcher);
    else {
      watcher.write(line({ msg: "done" }));
      watcher.end();
    }
  }

  unwatch(id: string, watcher: EventStream): void {
    this.#uploads.get(id)?.watchers.delete(watcher);
  }

  #tell(id: string, message: object): void {
    for (const watcher of this.#uploads.get(id)?.watchers ?? []) watcher.write(line(message));
  }
}

function line(message: object): string {
  return `data: ${JSON.stringify(message)}\n\n`;
}
