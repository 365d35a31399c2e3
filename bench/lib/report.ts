interface Row {
  readonly what: string;
  readonly measured: number;
  /** What the same run measured of the floor. */
  readonly floor?: number;
  /** What was aimed at. */
  readonly budget?: number | string;
  readonly unit?: string;
}

/** Prints one row of the table `npm run bench` makes. */
export function report(row: Row): void {
  console.log(JSON.stringify(row));
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
