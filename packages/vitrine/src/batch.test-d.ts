import { describe, expectTypeOf, test } from "vitest";
import { Blocks, Button, Number, on, Textbox } from "vitrine";

describe("listeners with batch", () => {
  const name = new Textbox();
  const count = new Number();

  test("receive a column for each input and return one for each output", () => {
    new Blocks(() => {
      const button = new Button();
      button.click(
        (names, counts) => {
          expectTypeOf(names).toEqualTypeOf<string[]>();
          expectTypeOf(counts).toEqualTypeOf<number[]>();
          return names.map((each, index) => `${each} ${counts[index]}`);
        },
        [name, count],
        name,
        { batch: true, maxBatchSize: 8 },
      );
      on(
        [button.click],
        async (names: readonly string[]) => [[...names], names.map((each) => each.length)],
        name,
        [name, count],
        { batch: true },
      );
    });
  });

  test("are refused when the function takes or returns single values", () => {
    new Blocks(() => {
      const button = new Button();
      // @ts-expect-error takes a text in place of texts
      button.click((each: string) => each, name, name, { batch: true });
      // prettier-ignore
      // @ts-expect-error returns a number in place of numbers
      button.click((names: readonly string[]) => names.length, name, count, { batch: true });
      // @ts-expect-error columns without batch
      button.click((names: readonly string[]) => names[0] ?? "", name, name, { queue: false });
    });
  });
});
