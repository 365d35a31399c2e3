import { expect, test } from "vitest";
import { parameterNames } from "./parameter-names.ts";

test.each<[string, (...args: never[]) => unknown, readonly (string | undefined)[]]>([
  ["an arrow", (name: string, intensity: number) => [name, intensity], ["name", "intensity"]],
  [
    "an async generator",
    async function* greet(name: string) {
      yield name;
    },
    ["name"],
  ],
  ["defaults with commas in them", (list = [1, 2], text = "a,b") => [list, text], ["list", "text"]],
  ["destructuring", ({ a }: { a: number }, b: number) => [a, b], [undefined, "b"]],
  ["a rest parameter", (first: string, ...rest: string[]) => [first, rest], ["first"]],
  ["no parameters", () => 1, []],
  [
    "a method",
    {
      run(value: string) {
        return value;
      },
    }.run,
    ["value"],
  ],
  ["a native function", Math.max as never, []],
])("the parameters of %s", (_name, fn, names) => {
  expect(parameterNames(fn)).toEqual(names);
});

test("the one parameter of an arrow without parentheses", () => {
  expect(parameterNames(new Function("return x => x")() as () => unknown)).toEqual(["x"]);
  expect(parameterNames(new Function("return async _$1 => 1")() as () => unknown)).toEqual(["_$1"]);
});
