import type { EventData } from "@vitrine/core";
import * as v from "valibot";

const dataSchema = v.object({ index: v.optional(v.number()), value: v.optional(v.unknown()) });

/** Which message an event is about. */
export function eventIndex(event: EventData): number | undefined {
  const result = v.safeParse(dataSchema, event.data);
  return result.success ? result.output.index : undefined;
}

/** The text of a chosen example. */
export function eventText(event: EventData): string {
  const result = v.safeParse(dataSchema, event.data);
  return result.success && typeof result.output.value === "string" ? result.output.value : "";
}
