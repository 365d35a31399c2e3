import type { BlockId } from "@vitrine/core";
import { createContext } from "preact";

/** A visitor's selection of a tab; a new object each time. */
export interface TabSelection {
  readonly blockId: BlockId;
  readonly index: number;
}

/** Lets a tab learn that the visitor selected it, so that it reports its own `select`. */
export const TabSelectionContext = createContext<TabSelection | undefined>(undefined);
