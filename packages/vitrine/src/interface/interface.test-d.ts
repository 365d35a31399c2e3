import { describe, expectTypeOf, test } from "vitest";
import {
  Blocks,
  Button,
  Checkbox,
  CheckboxGroup,
  Dropdown,
  Image,
  Interface,
  JSON,
  on,
  Radio,
  Slider,
  State,
  Textbox,
  update,
  type JobContext,
} from "../index.ts";

describe("what the compiler accepts", () => {
  test("annotated and inferred parameters, shortcuts mixed with instances", () => {
    new Interface((name: string, n: number) => `${name}${n}`, ["text", new Slider({ minimum: 1 })], "text");
    new Interface(
      (name, n) => {
        expectTypeOf(name).toEqualTypeOf<string>();
        expectTypeOf(n).toEqualTypeOf<number>();
        return name + n;
      },
      ["text", new Slider()],
      "text",
    );
  });

  test("async functions, generators, and the context after the values", () => {
    new Interface(async (name) => name.length, "text", "number");
    new Interface(
      function* (name) {
        yield name;
      },
      "text",
      "text",
    );
    new Interface(
      async function* (name, n, context) {
        expectTypeOf(context).toEqualTypeOf<JobContext>();
        yield name + n;
      },
      ["text", "slider"],
      "text",
    );
  });

  test("tuples without as const: annotated or not, sync, async, yielded", () => {
    new Interface((name, n) => [name, n], ["text", "slider"], ["text", "number"]);
    new Interface((name: string, n: number) => [name, n], ["text", "slider"], ["text", "number"]);
    new Interface(async (name: string, n: number) => [name, n], ["text", "slider"], ["text", "number"]);
    new Interface(async (name, n) => [name, n], ["text", "slider"], ["text", "number"]);
    new Interface(
      function* (name: string, n: number) {
        yield [name, n];
      },
      ["text", "slider"],
      ["text", "number"],
    );
    new Interface(
      async function* (name, n, { progress }) {
        progress(1);
        yield [name, n];
      },
      ["text", "slider"],
      ["text", "number"],
    );
    function two(a: string, b: number): [string, number] {
      return [a, b];
    }
    new Interface(two, ["text", "slider"], ["text", "number"]);
  });

  test("State in and out, with the type of its value", () => {
    new Interface(
      (message, history) => {
        expectTypeOf(history).toEqualTypeOf<string[]>();
        history.push(message);
        return [{ message }, history];
      },
      ["text", new State<string[]>([])],
      ["json", new State<string[]>([])],
    );
    new Interface(
      (message: string, history: string[]) => [{ message }, [...history, message]],
      ["text", new State<string[]>([])],
      [new JSON(), new State<string[]>([])],
    );
  });

  test("functions that take fewer parameters, and those without inputs or outputs", () => {
    new Interface(() => "x", ["text", "slider"], "text");
    new Interface((name: string) => name, ["text", "slider"], "text");
    new Interface(() => "x", null, "text");
    new Interface((name) => void name.length, "text", null);
  });

  test("choices give their own literals, required: false gives null", () => {
    new Interface(
      (op) => {
        expectTypeOf(op).toEqualTypeOf<"add" | "subtract">();
        return op;
      },
      new Radio({ choices: ["add", "subtract"] }),
      "text",
    );
    new Interface(
      (op, many, flag) => {
        expectTypeOf(op).toEqualTypeOf<"a" | "b" | null>();
        expectTypeOf(many).toEqualTypeOf<("x" | "y")[]>();
        expectTypeOf(flag).toEqualTypeOf<boolean>();
        return "";
      },
      [
        new Dropdown({ choices: ["a", "b"], required: false }),
        new CheckboxGroup({ choices: ["x", "y"] }),
        new Checkbox(),
      ],
      "text",
    );
  });

  test("update() in place of any value", () => {
    new Interface((name: string) => (name === "" ? update({ visible: false }) : name), "text", "text");
  });

  test("listeners are checked the same way", () => {
    new Blocks(() => {
      const [name, shown] = [new Textbox(), new Textbox()];
      const button = new Button("Go");
      button.click((text) => text.toUpperCase(), name, shown);
      button.click((text: string) => [text, text], name, [shown, name]).after(() => "done", null, shown);
      on([button.click, name.submit], (text) => text.length, name, shown);
    });
  });
});

describe("what the compiler refuses", () => {
  test("a wrong parameter type", () => {
    // @ts-expect-error the Textbox gives a string
    new Interface((name: number) => String(name), ["text"], "text");
    const state = new State<string[]>([]);
    // @ts-expect-error the State holds strings
    new Interface((m: string, h: number[]) => [m, h], ["text", state], ["json", state]);
    // @ts-expect-error an Image gives bytes, not text
    new Interface((picture: string) => picture, new Image(), "text");
  });

  test("a wrong return type", () => {
    // @ts-expect-error a Number shows no text
    new Interface((name: string) => name, ["text"], "number");
    // @ts-expect-error nor a promise of it
    new Interface(async (name: string) => 5n, ["text"], "number");
    function* yieldObject(name: string) {
      yield { name };
    }
    // @ts-expect-error nor what is yielded
    new Interface(yieldObject, ["text"], "number");
    // @ts-expect-error inferred parameters make no difference
    new Interface((name) => ({ name }), ["text"], "number");
    const state = new State<string[]>([]);
    // @ts-expect-error the State holds strings
    new Interface((m: string, h: string[]) => [m, [1]], ["text", state], ["json", state]);
  });

  test("too few or too many outputs", () => {
    // @ts-expect-error one of two
    new Interface((name: string) => [name], ["text"], ["text", "number"]);
    // @ts-expect-error three of two
    new Interface((name: string) => [name, 1, 2], ["text"], ["text", "number"]);
    // @ts-expect-error not a tuple at all
    new Interface((name: string) => name, ["text"], ["text", "number"]);
  });

  test("more parameters than inputs and context", () => {
    // @ts-expect-error nothing comes after the context
    new Interface((a: string, b: number, c: JobContext, d: string) => a + b + d, ["text", "slider"], "text");
  });

  test("shortcuts that do not exist", () => {
    // @ts-expect-error there is no "texxt"
    new Interface((name: string) => name, ["texxt"], "text");
  });

  test("the same in listeners", () => {
    new Blocks(() => {
      const [name, count] = [new Textbox(), new Slider()];
      // @ts-expect-error the Slider takes a number
      name.submit((text: string) => text, name, count);
      // @ts-expect-error the Textbox gives a string
      name.submit((n: number) => n, name, count);
    });
  });
});
