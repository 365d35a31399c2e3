import { describe, expectTypeOf, test } from "vitest";
import type { AppClient, EndpointsOf } from "@vitrine/client/connect";
import {
  Blocks,
  Button,
  CheckboxGroup,
  Image,
  Interface,
  Number,
  on,
  Radio,
  Slider,
  State,
  Textbox,
} from "../index.ts";
import { connect, localFile, type ClientJob, type FileRef } from "./index.ts";

declare const url: string;

const greeter = new Interface(
  (name: string, intensity: number) => `Hello, ${name}${"!".repeat(intensity)}`,
  ["text", new Slider({ minimum: 1, maximum: 5 })],
  "text",
  { apiName: "greet", parameterNames: ["name", "intensity"] },
);

describe("an Interface with an apiName", () => {
  test("is called by name, in order or by the names of its parameters", async () => {
    const app = await connect<typeof greeter>(url);
    expectTypeOf(await app.predict("greet", "Ann", 3)).toEqualTypeOf<string>();
    expectTypeOf(await app.call.greet({ name: "Ann", intensity: 3 })).toEqualTypeOf<string>();
    expectTypeOf(app.submit("greet", ["Ann", 3])).toEqualTypeOf<ClientJob<string>>();
    // What has a default may be left out, or be undefined.
    await app.call.greet({ name: "Ann" });
    await app.predict("greet", "Ann", undefined);
    for await (const text of app.submit("greet", { name: "Ann" })) expectTypeOf(text).toEqualTypeOf<string>();
  });

  test("refuses names it has not, and values of another type", async () => {
    const app = await connect<typeof greeter>(url);
    // @ts-expect-error there is no such endpoint
    await app.predict("great", "Ann", 3);
    // @ts-expect-error nor such a method
    await app.call.great({ name: "Ann" });
    // @ts-expect-error the Textbox takes text
    await app.predict("greet", 3, 3);
    // @ts-expect-error a value for each parameter
    await app.predict("greet", "Ann");
    // @ts-expect-error one too many
    await app.predict("greet", "Ann", 3, 4);
    // @ts-expect-error the Slider takes a number
    await app.call.greet({ name: "Ann", intensity: "3" });
    // @ts-expect-error no such parameter
    await app.call.greet({ nome: "Ann" });
    // @ts-expect-error the result is text
    const wrong: number = await app.call.greet({ name: "Ann" });
    // @ts-expect-error of a job too
    app.submit("greet", ["Ann", "3"]);
  });
});

test("an Interface without an apiName has one endpoint of any name: values and result are checked", async () => {
  const demo = new Interface((n) => n * 2, new Number({ label: "n" }), "number");
  const app = await connect<typeof demo>(url);
  expectTypeOf(await app.predict("call", 3)).toEqualTypeOf<number | null>();
  // @ts-expect-error the Number takes a number
  await app.predict("call", "3");
  // @ts-expect-error by whatever name
  await app.call["call"]?.({ n: "3" });
});

test("buttons and States are left out, several outputs are a tuple, choices their own literals", async () => {
  const demo = new Interface(
    (op, many, count) => [`${op}${many.join()}`, 1, count + 1],
    [new Radio({ choices: ["add", "subtract"] }), new CheckboxGroup({ choices: ["a", "b"] }), new State(0)],
    ["text", "number", new State(0)],
    { apiName: "count" },
  );
  const app = await connect<typeof demo>(url);
  expectTypeOf(await app.predict("count", "add", ["a", "b"])).toEqualTypeOf<[string, number | null]>();
  // @ts-expect-error no such choice
  await app.predict("count", "multiply", []);
  // @ts-expect-error nor in a list
  await app.predict("count", "add", ["c"]);
});

test("a choice is sent by its value, whatever the function receives", async () => {
  const demo = new Interface((place) => place, new Radio({ choices: ["a", "b"], type: "index" }), "number", {
    apiName: "place",
  });
  const app = await connect<typeof demo>(url);
  await app.predict("place", "a");
});

test("where a file is taken, a Blob, bytes or a file of this machine may be sent", async () => {
  const demo = new Interface((picture) => picture, new Image(), new Image(), { apiName: "same" });
  const app = await connect<typeof demo>(url);
  const result = await app.predict("same", localFile("a.png"));
  expectTypeOf(result).toEqualTypeOf<FileRef | null>();
  await app.predict("same", new Blob([]));
  await app.predict("same", new Uint8Array());
  await app.predict("same", result);
  // @ts-expect-error text is no file
  await app.predict("same", "a.png");
});

test("Blocks tell their endpoints by what the build callback returns", async () => {
  const demo = new Blocks({ title: "Two" }, () => {
    const [name, shown] = [new Textbox({ label: "Name" }), new Textbox({ label: "Greeting" })];
    const button = new Button("Greet");
    return {
      greet: button.click((who) => `Hello, ${who}!`, name, shown, { parameterNames: ["who"] }),
      both: on([name.submit], (who) => [who, who.length], name, [shown, new Number()]),
    };
  });
  const app = await connect<typeof demo>(url);
  expectTypeOf(await app.call.greet({ who: "Ann" })).toEqualTypeOf<string>();
  expectTypeOf(await app.predict("both", "Ann")).toEqualTypeOf<[string, number | null]>();
  // @ts-expect-error no such endpoint
  await app.predict("hello", "Ann");
  // @ts-expect-error the Textbox takes text
  await app.call.greet({ who: 3 });
  // @ts-expect-error no such parameter
  await app.call.greet({ name: "Ann" });
});

test("of any other app nothing is known: every name may be called, and what comes back is unknown", async () => {
  const demo = new Blocks(() => {
    new Textbox();
  });
  for (const app of [await connect<typeof demo>(url), await connect(url)]) {
    expectTypeOf(await app.predict("anything", 1, "two")).toEqualTypeOf<unknown>();
    expectTypeOf(await app.call["anything"]?.({ a: 1 })).toEqualTypeOf<unknown>();
  }
});

test("a plain description of the endpoints will do where the app's type is not at hand", async () => {
  interface Greeter {
    greet: { parameters: { name: string; intensity?: number }; returns: string };
  }
  const app = await connect<Greeter>(url);
  expectTypeOf(await app.call.greet({ name: "Ann" })).toEqualTypeOf<string>();
  expectTypeOf(app).toEqualTypeOf<AppClient<EndpointsOf<Greeter>>>();
  // @ts-expect-error it takes text
  await app.call.greet({ name: 1 });
  // @ts-expect-error it needs a name
  await app.call.greet({});
});
