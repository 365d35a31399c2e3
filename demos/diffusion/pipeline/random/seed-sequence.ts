const INIT_POOL = 0x43b0d7e5;
const STEP_POOL = 0x931e8875;
const INIT_OUT = 0x8b51f9dd;
const STEP_OUT = 0x58f38ded;
const MIX_LEFT = 0xca01f9dd;
const MIX_RIGHT = 0x4973f715;

export interface SeedPlace {
  /** A whole number from 0 to 2⁵³ - 1. */
  readonly entropy: number;
  /** Where in a tree of streams this one is. @default the root */
  readonly spawnKey?: readonly number[];
  /** Words that everything is mixed into, 4 or more. @default 4 */
  readonly poolSize?: number;
}

/**
 * The words of NumPy's `SeedSequence(entropy, spawn_key, pool_size).generate_state(count)`: seeds for streams that
 * have nothing to do with each other (O'Neill, "Developing a seed_seq alternative", 2015).
 */
export function seedWords(place: SeedPlace, count: number): Uint32Array {
  const pool = mixPool(place);
  const words = new Uint32Array(count);
  let constant = INIT_OUT;
  for (let i = 0; i < count; i++) {
    const word = pool[i % pool.length]! ^ constant;
    constant = Math.imul(constant, STEP_OUT);
    words[i] = fold(Math.imul(word, constant));
  }
  return words;
}

function mixPool({ entropy, spawnKey = [], poolSize = 4 }: SeedPlace): Uint32Array {
  const words = toWords(entropy);
  if (spawnKey.length > 0) {
    // So that no key can be taken for a longer seed.
    while (words.length < poolSize) words.push(0);
    for (const key of spawnKey) words.push(...toWords(key));
  }
  let constant = INIT_POOL;
  function hash(word: number): number {
    const mixed = word ^ constant;
    constant = Math.imul(constant, STEP_POOL);
    return fold(Math.imul(mixed, constant));
  }
  const pool = Uint32Array.from({ length: poolSize }, (_, i) => hash(words[i] ?? 0));
  for (let from = 0; from < poolSize; from++) {
    for (let to = 0; to < poolSize; to++) if (from !== to) pool[to] = mix(pool[to]!, hash(pool[from]!));
  }
  for (const word of words.slice(poolSize)) {
    for (let to = 0; to < poolSize; to++) pool[to] = mix(pool[to]!, hash(word));
  }
  return pool;
}

function mix(a: number, b: number): number {
  return fold(Math.imul(MIX_LEFT, a) - Math.imul(MIX_RIGHT, b));
}

function fold(word: number): number {
  return word ^ (word >>> 16);
}

/** A number's 32-bit words, the lowest first; one at least. */
function toWords(value: number): number[] {
  const high = Math.floor(value / 2 ** 32);
  return high === 0 ? [value] : [value % 2 ** 32, high];
}
