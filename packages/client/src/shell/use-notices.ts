import { signal } from "../signal.ts";
import { useEffect } from "preact/hooks";
import type * as notices from "./notices.tsx";

type Notices = typeof notices;

const loaded = signal<Notices | undefined>(undefined);

/** The parts of notices.tsx, fetched when first wanted. */
export function useNotices(isWanted: boolean): Notices | undefined {
  useEffect(() => {
    if (!isWanted || loaded.peek()) return;
    // Without the server there is nothing to fetch it from; the banner says so, and the next wish tries again.
    import("./notices.tsx").then(
      (module) => void (loaded.value = module),
      () => undefined,
    );
  }, [isWanted]);
  return isWanted ? loaded.value : undefined;
}
