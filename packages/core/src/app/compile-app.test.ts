import { describe, expect, test } from "vitest";
import { TextField } from "../testing/open-host.ts";
import { App } from "./app.ts";
import { compileApp } from "./compile-app.ts";
import { Layout } from "./layout.ts";
import { State } from "./state.ts";

class Box extends Layout {
  readonly type = "box";
}

describe("building", () => {
  test("what is constructed in a build callback belongs to the innermost layout", () => {
    const app = new App(() => {
      new TextField({ label: "outer" });
      new Box(() => void new TextField({ label: "inner" }));
    });
    const shape = app.children.map((child) => (child instanceof Layout ? child.children.length : "leaf"));
    expect(shape).toEqual(["leaf", 1]);
  });

  test("a block with render: false is placed where render() is called, once", () => {
    const field = new TextField({ render: false });
    const app = new App(() => void new Box(() => void field.render()));
    expect((app.children[0] as Box).children).toEqual([field]);
    expect(() => new App(() => void field.render())).toThrow(
      expect.objectContaining({ code: "BLOCK_TWICE" }),
    );
  });

  test("an async callback is refused, and its failure does not end the process", () => {
    const build = async (): Promise<void> => {
      await Promise.resolve();
      throw new Error("later");
    };
    expect(() => new App(build as unknown as () => void)).toThrow(
      expect.objectContaining({ code: "BUILD_NOT_SYNC" }),
    );
  });

  test("a failing callback leaves no layout open for the next app", () => {
    expect(
      () =>
        new App(() => {
          throw new Error("oops");
        }),
    ).toThrow("oops");
    expect(new TextField().parent).toBeUndefined();
  });

  test("a listener outside any app is refused", () => {
    const field = new TextField();
    expect(() => field.submit((text: string) => text, field, field)).toThrow(
      expect.objectContaining({ code: "LISTENER_OUTSIDE_APP" }),
    );
  });
});

describe("compiling", () => {
  test("gives blocks and listeners the same ids each time", () => {
    const build = () => {
      const [a, b] = [new TextField(), new TextField()];
      a.submit((text: string) => text, a, b);
    };
    const [first, second] = [compileApp(new App(build)), compileApp(new App(build))];
    expect([...first.blocks.keys()]).toEqual(["b0", "b1", "b2"]);
    expect([...second.listeners.keys()]).toEqual([...first.listeners.keys()]);
    expect([...first.blocks.keys()].map((id) => first.keyOf(id))).toEqual([
      "0:app",
      "0:app/0:text-field",
      "0:app/1:text-field",
    ]);
  });

  test("listeners of a nested app belong to the whole", () => {
    const inner = new App(() => {
      const field = new TextField();
      field.submit((text: string) => text, field, field);
    });
    const compiled = compileApp(new App(() => void inner.render()));
    expect(compiled.listeners.size).toBe(1);
  });

  test("a listener may not name a block that stands elsewhere, but a State needs no place", () => {
    const stray = new TextField();
    const field = new TextField({ render: false });
    const wrong = new App(() => void field.render().submit((text: string) => text, field, stray));
    expect(() => compileApp(wrong)).toThrow(expect.objectContaining({ code: "LISTENER_WIRING" }));
    const state = new State(1);
    const right = new App(() => {
      const own = new TextField();
      own.submit((_: string, n: number) => n, [own, state], state);
    });
    expect(compileApp(right).idOf(state)).toBe("b2");
  });

  test("a layout cannot be an input", () => {
    const app = new App(() => {
      const box = new Box();
      new TextField().submit((() => "x") as () => never, box, null);
    });
    expect(() => compileApp(app)).toThrow(/has no value/);
  });

  test("change keeps the last trigger, others run once, unless told otherwise", () => {
    const { listeners } = compileApp(
      new App(() => {
        const field = new TextField();
        field.change((text: string) => text, field, null);
        field.submit((text: string) => text, field, null);
        field.submit((text: string) => text, field, null, { triggerMode: "multiple" });
      }),
    );
    expect([...listeners.values()].map((listener) => listener.triggerMode)).toEqual([
      "alwaysLast",
      "once",
      "multiple",
    ]);
  });

  test("groups take the lowest limit, a resource is one at a time, the same function is one group", () => {
    const shared = (text: string) => text;
    const { groups } = compileApp(
      new App(() => {
        const field = new TextField();
        field.submit(shared, field, null, { concurrencyLimit: 5 });
        field.change(shared, field, null, { concurrencyLimit: 3 });
        field.submit((text: string) => text, field, null);
        field.submit((text: string) => text, field, null, { resource: "gpu" });
        field.submit((text: string) => text, field, null, { concurrencyId: "x", concurrencyLimit: null });
      }),
    );
    expect([...groups]).toEqual([
      ["fn:0", 3],
      ["fn:1", 10],
      ["resource:gpu", 1],
      ["id:x", null],
    ]);
  });

  test("endpoints are named after functions, numbered when two have one name, and may be hidden", () => {
    function greet(text: string) {
      return text;
    }
    const { listeners } = compileApp(
      new App(() => {
        const field = new TextField();
        field.submit(greet, field, null);
        field.submit(greet, field, null);
        field.submit(greet, field, null, { apiName: "own-name" });
        field.submit(greet, field, null, { apiName: false });
        field.submit((text: string) => text, field, null);
      }),
    );
    expect([...listeners.values()].map((listener) => listener.apiName)).toEqual([
      "greet",
      "greet_1",
      "own-name",
      undefined,
      "call",
    ]);
    const wrong = new App(
      () => void new TextField().submit(greet as () => string, [], null, { apiName: "a b" }),
    );
    expect(() => compileApp(wrong)).toThrow(expect.objectContaining({ code: "API_NAME_INVALID" }));
  });

  test("a value that is a function fills its component each time a page opens", () => {
    let calls = 0;
    const { listeners } = compileApp(new App(() => void new TextField({ value: () => String(++calls) })));
    expect([...listeners.values()].map(({ triggers, outputIds }) => ({ triggers, outputIds }))).toEqual([
      { triggers: [{ blockId: "b0", event: "load" }], outputIds: ["b1"] },
    ]);
    expect(calls).toBe(0);
  });
});
