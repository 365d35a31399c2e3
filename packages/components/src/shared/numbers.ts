import { VitrineError, type AnyComponent } from "@vitrine/core";

/** `value` with at most `precision` decimal places; as it is when `precision` is undefined. */
export function roundTo(value: number, precision: number | undefined): number {
  if (precision === undefined) return value;
  const factor = 10 ** precision;
  return Math.round(value * factor) / factor;
}

/** A finite number a function returned for a component. @throws VALUE_NOT_SHOWN */
export function expectNumber(value: unknown, component: AnyComponent): number {
  if (typeof value === "number" && globalThis.Number.isFinite(value)) return value;
  const came = typeof value === "number" ? String(value) : typeof value;
  throw new VitrineError("VALUE_NOT_SHOWN", { message: `"${component.displayName}" shows a finite number, got ${came}.` });
}
