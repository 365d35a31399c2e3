import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { BlockId } from "@vitrine/core";
import type { Page } from "../page.ts";
import type { Views } from "../view-loader.ts";

export interface PageContextValue {
  readonly page: Page;
  readonly views: Views;
  /** Blocks that are drawn just now. */
  readonly drawn: Set<BlockId>;
}

export const PageContext = createContext<PageContextValue | undefined>(undefined);

export function usePage(): PageContextValue {
  const value = useContext(PageContext);
  if (!value) throw new Error("This part of the shell is drawn outside a page.");
  return value;
}
