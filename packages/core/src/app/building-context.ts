import type { Block } from "../component/block.ts";
import { VitrineError } from "../errors.ts";

/** What blocks are added to while a build callback runs. */
interface Parent {
  append(block: Block): void;
}

/** What listeners are registered with while a build callback runs. */
export interface ListenerOwner {
  /** The outermost app being built; nested ones hand their listeners to it. */
  addListener(listener: object): void;
}

const layouts: (Parent | undefined)[] = [];
const owners: ListenerOwner[] = [];

/** Runs a build callback with `layout` as the parent of every block constructed in it. */
export function buildInside(layout: Parent, build: () => unknown): void {
  layouts.push(layout);
  try {
    const returned: unknown = build();
    if (returned instanceof Promise) {
      // The promise is nobody's now; its failure would end the process instead of being read.
      returned.catch(() => undefined);
      throw new VitrineError("BUILD_NOT_SYNC", {
        message:
          "A build callback must not be async: blocks constructed after an await would belong to no layout.",
      });
    }
  } finally {
    layouts.pop();
  }
}

/** Runs `make` so that what it constructs stands in no layout. */
export function withoutLayout<TResult>(make: () => TResult): TResult {
  layouts.push(undefined);
  try {
    return make();
  } finally {
    layouts.pop();
  }
}

export function appendToCurrentLayout(block: Block): void {
  layouts.at(-1)?.append(block);
}

/** Runs `build` with `owner` receiving the listeners declared in it. */
export function ownListeners(owner: ListenerOwner, build: () => void): void {
  owners.push(owner);
  try {
    build();
  } finally {
    owners.pop();
  }
}

export function currentListenerOwner(): ListenerOwner | undefined {
  return owners.at(-1);
}
