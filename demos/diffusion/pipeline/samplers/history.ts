/** The last few vectors, newest first, copied into buffers that are used again. */
export class History {
  readonly #capacity: number;
  readonly #vectors: Float32Array[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#vectors.length;
  }

  /** Keeps a copy; the oldest falls out when the capacity is reached. */
  push(vector: Float32Array): void {
    const isFull = this.#vectors.length === this.#capacity;
    const buffer = isFull ? this.#vectors.pop() : undefined;
    const copy = buffer ?? new Float32Array(vector.length);
    copy.set(vector);
    this.#vectors.unshift(copy);
  }

  /** The vector pushed `age` pushes ago; 0 is the newest. It must have been pushed. */
  at(age: number): Float32Array {
    const vector = this.#vectors[age];
    if (vector === undefined)
      throw new RangeError(`History holds ${this.length} vectors, asked for number ${age}.`);
    return vector;
  }
}
