import { toBlockId, type Json } from "@vitrine/core";
import type { ViewInput, ViewProps } from "../shared/browser/view.ts";

interface ViewInputParts {
  readonly payload: Json;
  readonly props: ViewProps;
  readonly interactive: boolean;
}

/** What a view is given when it is only drawn. */
export function viewInput(parts: ViewInputParts): ViewInput {
  return {
    ...parts,
    id: toBlockId("b0"),
    error: undefined,
    isPending: false,
    isRunning: false,
    set: () => undefined,
    emit: () => undefined,
    setProps: () => undefined,
    page: {
      upload: () => Promise.reject(new Error("Nothing is uploaded here.")),
      clear: () => undefined,
      toast: () => undefined,
      maxUploadBytes: 1_000_000,
    },
    childBlocks: [],
  };
}
