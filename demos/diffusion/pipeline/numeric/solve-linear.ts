/** Solves a small system of linear equations by elimination with pivoting. Rows and right side are not changed. */
export function solveLinear(rows: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const work = rows.map((row, i) => [...row.slice(0, size), right[i]!]);
  for (let column = 0; column < size; column++) {
    const pivot = work.reduce(
      (best, row, i) => (i >= column && Math.abs(row[column]!) > Math.abs(work[best]![column]!) ? i : best),
      column,
    );
    [work[column], work[pivot]] = [work[pivot]!, work[column]!];
    for (let i = column + 1; i < size; i++) {
      const factor = work[i]![column]! / work[column]![column]!;
      for (let k = column; k <= size; k++) work[i]![k]! -= factor * work[column]![k]!;
    }
  }
  const solution = right.map(() => 0);
  for (let i = size - 1; i >= 0; i--) {
    let rest = work[i]![size]!;
    for (let k = i + 1; k < size; k++) rest -= work[i]![k]! * solution[k]!;
    solution[i] = rest / work[i]![i]!;
  }
  return solution;
}
