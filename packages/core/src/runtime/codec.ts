import { parse, stringify } from "devalue";

/**
 * How arguments, results and State cross between parts that may one day be in different processes: text that keeps
 * Map, Set, Date, BigInt, typed arrays, undefined, NaN and cycles, and refuses functions and class instances.
 *
 * @throws the codec's error with a `path` when the value holds something that cannot be kept
 */
export function encode(value: unknown): string {
  return stringify(value);
}

export function decode(text: string): unknown {
  return parse(text);
}
