import { VitrineError, type AnyComponent } from "@vitrine/core";

/** `value` with at most `precision` decimal places; as it is when `precision` is undefined. */
export function roundTo(value: number, precision: number | undefined): number {
  if (precision === undefined) return value;
  const factor = 10 ** precision;
  const scaled = value * factor;
  // A number this large has no decimals, and scaling it would lose it.
  return globalThis.Number.isFinite(scaled) ? Math.round(scaled) / factor : value;
}

/** A finite number a function returned for a component. @throws VALUE_NOT_SHOWN */
export function expectNumber(value: unknown, component: AnyComponent): number {
  if (typeof value === "number" && globalThis.Number.isFinite(value)) return value;
  const came = typeof value === "number" ? String(value) : typeof value;
  throw new VitrineError("VALUE_NOT_SHOWN", {
    message: `"${component.displayName}" shows a finite number, got ${came}.`,
  });
}
