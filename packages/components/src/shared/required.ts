/** What a function receives for a component that can be empty: `null` only with `required: false`. */
export type Received<TValue, TRequired extends boolean> = TRequired extends true ? TValue : TValue | null;
