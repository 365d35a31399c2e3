/** Reads a table at a fractional index by linear interpolation; beyond its ends the end values hold. */
export function interpolate(table: ArrayLike<number>, index: number): number {
  const last = table.length - 1;
  if (index <= 0) return table[0]!;
  if (index >= last) return table[last]!;
  const low = Math.floor(index);
  return table[low]! + (index - low) * (table[low + 1]! - table[low]!);
}
