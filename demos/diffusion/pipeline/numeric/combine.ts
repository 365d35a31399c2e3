/** A factor and the vector it multiplies. */
export type Term = readonly [factor: number, vector: Float32Array];

/**
 * Writes the sum of the terms into `out`, element by element: in double, rounded once to float32. `out` may be one
 * of the vectors.
 */
export function combine(out: Float32Array, ...terms: readonly Term[]): void {
  const [first, second, third, ...rest] = terms;
  if (first === undefined) return void out.fill(0);
  if (second === undefined) return combineOne(out, first);
  if (third === undefined) return combineTwo(out, first, second);
  if (rest.length === 0) return combineThree(out, [first, second, third]);
  combineMany(out, terms);
}

// One loop for each count: an inner loop over terms costs several times as much on a latent.
function combineOne(out: Float32Array, [a, x]: Term): void {
  for (let i = 0; i < out.length; i++) out[i] = a * x[i]!;
}

function combineTwo(out: Float32Array, [a, x]: Term, [b, y]: Term): void {
  for (let i = 0; i < out.length; i++) out[i] = a * x[i]! + b * y[i]!;
}

function combineThree(out: Float32Array, [[a, x], [b, y], [c, z]]: readonly [Term, Term, Term]): void {
  for (let i = 0; i < out.length; i++) out[i] = a * x[i]! + b * y[i]! + c * z[i]!;
}

function combineMany(out: Float32Array, terms: readonly Term[]): void {
  const factors = terms.map(([factor]) => factor);
  const vectors = terms.map(([, vector]) => vector);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < factors.length; k++) sum += factors[k]! * vectors[k]![i]!;
    out[i] = sum;
  }
}
