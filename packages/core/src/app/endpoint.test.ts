import * as v from "valibot";
import { expect, test } from "vitest";
import { Component } from "../component/component.ts";
import { App } from "./app.ts";
import { compileApp } from "./compile-app.ts";
import { describeEndpoints, type Endpoint } from "./endpoint.ts";
import type { AnyListenerFn, ListenerOptions } from "./listener.ts";

class Box extends Component<string, string, string> {
  readonly type = "box";
  readonly payloadSchema = v.string();
  readonly emptyPayload = "";
  preprocess(payload: string): string {
    return payload;
  }
  postprocess(value: string): string {
    return value;
  }
  examplePayload(): string {
    return "example";
  }
}

const files = {
  open: () => Promise.reject(new Error("There are no files here.")),
  keep: () => Promise.reject(new Error("There are no files here.")),
};

async function endpointOf(
  fn: AnyListenerFn,
  labels: readonly (string | undefined)[],
  options: ListenerOptions = {},
): Promise<Endpoint> {
  const app = new App((): void => undefined);
  const inputs = labels.map((label) => new Box(label === undefined ? {} : { label }));
  app.api(fn as never, inputs, inputs[0], options as never);
  const endpoints = await describeEndpoints(compileApp(app), { files });
  const [endpoint] = endpoints.values();
  if (!endpoint) throw new Error("The app has no endpoint.");
  return endpoint;
}

async function namesOf(...given: Parameters<typeof endpointOf>): Promise<readonly string[]> {
  return (await endpointOf(...given)).parameters.map(({ name }) => name);
}

test("parameters are named as the function's source has them", async () => {
  expect(await namesOf((who: string, howOften: string) => who + howOften, ["A", "B"])).toEqual([
    "who",
    "howOften",
  ]);
});

test("where the source tells none they are named after the labels, and each name stands once", async () => {
  const rest = (...all: string[]) => all.join("");
  expect(await namesOf(rest, ["Your name", "2 times", "Your name", "Prompt", undefined])).toEqual([
    "your_name",
    "_2_times",
    "your_name_1",
    "prompt",
    "param_4",
  ]);
});

test("parameterNames win over both", async () => {
  expect(await namesOf((a: string) => a, ["Label"], { parameterNames: ["given"] })).toEqual(["given"]);
});

test("a number that a bundler put behind a name is taken away where the label has the name without it", async () => {
  const bundled = (name2: string, size3: string) => name2 + size3;
  expect(await namesOf(bundled, ["Name", "How large"])).toEqual(["name", "size3"]);
});

test("the endpoint is named by apiName, else after its function, and apiDescription comes along", async () => {
  expect(await endpointOf(function shout() {}, ["A"], { apiDescription: "Loud." })).toMatchObject({
    name: "shout",
    description: "Loud.",
    visibility: "public",
  });
  expect((await endpointOf(() => "", ["A"], { apiName: "said" })).name).toBe("said");
});

test("a listener that the build callback returns has its key for a name, whatever was declared before", async () => {
  const app = new App(() => {
    const box = new Box();
    const first = new App();
    first.api(function greet() {}, box);
    const greet = first.api((text: string) => text, box, box);
    return { greet } as unknown as void;
  });
  expect([...(await describeEndpoints(compileApp(app), { files })).keys()]).toEqual(["greet_1", "greet"]);
});

test("one listener under two names is refused", () => {
  const build = (): void => {
    const app = new App();
    return { one: app.api(() => "", null, null, { apiName: "other" }) } as unknown as void;
  };
  expect(() => new App(build)).toThrow(expect.objectContaining({ code: "API_NAME_INVALID" }));
});
