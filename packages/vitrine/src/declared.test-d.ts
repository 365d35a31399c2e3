import { expectTypeOf, test } from "vitest";
import { Blocks, Image, Number, Textbox } from "./index.ts";

const app = new Blocks();

test("a resource's variables are those in the braces of its address", () => {
  app.resource("notes://{folder}/{id}", (variables) => {
    expectTypeOf(variables).toEqualTypeOf<{ readonly folder: string; readonly id: string }>();
    return new Uint8Array();
  });
  // @ts-expect-error a variable the address does not have
  app.resource("notes://{id}", ({ folder }) => String(folder));
  // @ts-expect-error a number is no content
  app.resource("notes://{id}", () => 7);
});

test("a prompt's values are those of its arguments", () => {
  app.prompt("p", ({ text, to }) => [{ role: "user", content: `${text} ${to}` }], {
    arguments: { text: "What to translate.", to: { required: false } },
  });
  app.prompt("q", (values) => {
    expectTypeOf(values).toEqualTypeOf<{}>();
    return "text";
  });
  app.prompt(
    "r",
    (values, { signal }) => {
      expectTypeOf(values.text).toEqualTypeOf<string>();
      expectTypeOf(values.to).toEqualTypeOf<string | undefined>();
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      return values.text;
    },
    { arguments: { text: "x", to: { required: false } } },
  );
  // @ts-expect-error an argument that is not declared
  app.prompt("s", ({ other }) => other, { arguments: { text: "x" } });
});

test("an endpoint without a page is checked as a listener is", () => {
  app.api(
    (a, b) => {
      expectTypeOf(a).toEqualTypeOf<number>();
      return `${a} ${b}`;
    },
    [new Number({ label: "a" }), new Textbox({ label: "b" })],
    new Textbox(),
  );
  app.api((bytes) => bytes, new Image(), new Image(), { apiName: "show", apiDescription: "Shows it." });
  // @ts-expect-error an object is no picture
  app.api(() => ({}), [], new Image());
});
