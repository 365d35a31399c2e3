import type { Json } from "@vitrine/core";
import { listProp, type ViewProps } from "./view.ts";

export interface ShownChoice {
  readonly label: string;
  readonly value: string | number;
}

/** The choices a definition sent as [label, value] pairs. */
export function choicesProp(props: ViewProps): readonly ShownChoice[] {
  return listProp(props, "choices").flatMap((pair) => toShownChoice(pair) ?? []);
}

function toShownChoice(pair: Json): ShownChoice | undefined {
  if (!Array.isArray(pair)) return undefined;
  const [label, value] = pair as readonly Json[];
  if (typeof label !== "string" || (typeof value !== "string" && typeof value !== "number")) return undefined;
  return { label, value };
}
