/**
 * Values that tell who has read them when they change: what @preact/signals is to any app. That takes 3.0 kB compressed,
 * this and watched.ts 0.5 kB; the hello page's budget of 20 KiB (page-size.test.ts) has no room for the difference.
 */
export interface Signal<T> {
  /** Reading it in an effect runs the effect again when it changes. */
  value: T;
  /** Reads without being told of changes. */
  peek(): T;
}

interface Effect {
  readonly run: () => void;
  readonly readers: Set<Set<Effect>>;
}

let current: Effect | undefined;
let depth = 0;
const waiting = new Set<Effect>();

export function signal<T>(first: T): Signal<T> {
  let held = first;
  const readers = new Set<Effect>();
  return {
    peek: () => held,
    get value() {
      if (current) {
        readers.add(current);
        current.readers.add(readers);
      }
      return held;
    },
    set value(next) {
      if (Object.is(next, held)) return;
      held = next;
      batch(() => {
        for (const reader of readers) waiting.add(reader);
      });
    },
  };
}

/** Effects run once after all changes made in `change`, however many they read. */
export function batch(change: () => void): void {
  depth++;
  try {
    change();
  } finally {
    depth--;
  }
  // An effect taken out here was told of every change; one that makes changes of its own is heard in turn.
  for (const effect of depth === 0 ? waiting : []) {
    waiting.delete(effect);
    effect.run();
  }
}

/** Runs `act` now and whenever a signal it has read last time changes; the function returned stops it. */
export function effect(act: () => void): () => void {
  const self: Effect = {
    readers: new Set(),
    run() {
      stop();
      const outer = current;
      current = self;
      try {
        act();
      } finally {
        current = outer;
      }
    },
  };
  const stop = (): void => {
    for (const readers of self.readers) readers.delete(self);
    self.readers.clear();
    waiting.delete(self);
  };
  self.run();
  return stop;
}
