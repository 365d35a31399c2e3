/**
 * The part of Valibot that the schemas of messages use: the page's bundle has it in Valibot's place (build.mjs), so that
 * one set of schemas serves both edges of the wire. It says whether data fits, not why not. Compressed it takes 0.7 kB,
 * Valibot's own 2.7 kB, for which the hello page's budget of 20 KiB (page-size.test.ts) has no room.
 */

interface Schema {
  /** Returns the output, or throws. */
  run(value: unknown): unknown;
  /** What an object may leave out. */
  readonly isOptional?: boolean;
}

type Entries = Readonly<Record<string, Schema>>;
type Properties = Record<string, unknown>;

const noMatch = new Error("The data does not fit its schema.");

export function custom(fits: (value: unknown) => boolean): Schema {
  return { run: (value) => (fits(value) ? value : refuse()) };
}

export const any = (): Schema => custom(() => true);
export const string = (): Schema => custom((value) => typeof value === "string");
export const number = (): Schema => custom((value) => typeof value === "number");
export const boolean = (): Schema => custom((value) => typeof value === "boolean");
export const literal = (wanted: unknown): Schema => custom((value) => value === wanted);
export const picklist = (wanted: readonly unknown[]): Schema => custom((value) => wanted.includes(value));
export const transform = (run: (value: unknown) => unknown): Schema => ({ run });
export const pipe = (...steps: readonly Schema[]): Schema => ({
  run: (value) => steps.reduce((current, step) => step.run(current), value),
});
export const lazy = (get: () => Schema): Schema => ({ run: (value) => get().run(value) });
export const nullable = (inner: Schema): Schema => ({
  run: (value) => (value === null ? null : inner.run(value)),
});
export const optional = (inner: Schema): Schema => ({
  isOptional: true,
  run: (value) => (value === undefined ? value : inner.run(value)),
});
export const exactOptional = (inner: Schema): Schema => ({ ...inner, isOptional: true });
export const array = (item: Schema): Schema => ({ run: (value) => list(value).map((one) => item.run(one)) });
export const tuple = (items: readonly Schema[]): Schema => ({
  run: (value) => items.map((item, index) => item.run(list(value)[index])),
});
export const record = (key: Schema, item: Schema): Schema => ({
  run: (value) =>
    Object.fromEntries(
      Object.entries(properties(value)).map(([name, one]) => [key.run(name), item.run(one)]),
    ),
});

export function object(entries: Entries): Schema & { readonly entries: Entries } {
  return {
    entries,
    run(value) {
      const given = properties(value);
      const wanted = Object.entries(entries).filter(([name, schema]) => name in given || !schema.isOptional);
      return Object.fromEntries(wanted.map(([name, schema]) => [name, schema.run(given[name])]));
    },
  };
}

export function union(options: readonly Schema[]): Schema {
  return {
    run(value) {
      for (const option of options) {
        const result = safeParse(option, value);
        if (result.success) return result.output;
      }
      return refuse();
    },
  };
}

export function variant(key: string, options: readonly ReturnType<typeof object>[]): Schema {
  return {
    run(value) {
      const option = options.find(({ entries }) =>
        is(entries[key] ?? custom(() => false), properties(value)[key]),
      );
      return (option ?? custom(() => false)).run(value);
    },
  };
}

export function parse(schema: Schema, value: unknown): unknown {
  return schema.run(value);
}

export function safeParse(
  schema: Schema,
  value: unknown,
): { readonly success: boolean; readonly output?: unknown } {
  try {
    return { success: true, output: schema.run(value) };
  } catch {
    return { success: false };
  }
}

export function is(schema: Schema, value: unknown): boolean {
  return safeParse(schema, value).success;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : refuse();
}

function properties(value: unknown): Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Properties)
    : refuse();
}

function refuse(): never {
  throw noMatch;
}
