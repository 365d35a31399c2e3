import { Validator } from "@seriousme/openapi-schema-validator";
import * as components from "@vitrine/components";
import { App, Component } from "@vitrine/core";
import { OpenAPIClientAxios } from "openapi-client-axios";
import { expect, test } from "vitest";
import { openSite, sendRaw, get } from "../testing/open-site.ts";

const { Button, Image, Number, Slider, Textbox } = components;

function greeter(): App {
  return new App({ title: "Greeter" }, () => {
    const name = new Textbox({ label: "Name", info: "As friends call you." });
    const times = new Slider({ label: "times", minimum: 1, maximum: 5, value: 2 });
    const greeting = new Textbox({ label: "greeting" });
    const go = new Button();
    go.click((who: string, n: number) => `Hello ${who}!`.repeat(n), [name, times], greeting, {
      apiName: "greet",
      apiDescription: "Greets somebody. As often as you like.",
    });
    const photo = new Image({ label: "photo" });
    go.click((bytes) => bytes, photo, photo, { apiName: "show" });
    go.click(
      function* (to: number) {
        for (let n = 1; n <= to; n++) yield n;
      },
      new Number({ label: "to" }),
      new Number({ label: "count" }),
      { apiName: "count" },
    );
    go.click((text: string) => text, name, greeting, { apiName: "hidden", apiVisibility: "private" });
    go.click((text: string) => text, name, greeting, { apiName: "quiet", apiVisibility: "undocumented" });
  });
}

async function documentOf(url: string) {
  return (await (await fetch(`${url}/openapi.json`)).json()) as {
    servers: { url: string }[];
    paths: Record<
      string,
      { post: { operationId: string; requestBody: { content: Record<string, object> } } }
    >;
  };
}

test("the document names the public endpoints, with types, defaults, descriptions and examples", async () => {
  await using site = await openSite(greeter());
  const document = await documentOf(site.url);
  expect(Object.keys(document.paths)).toEqual(["/api/greet", "/api/show", "/api/count", "/api/upload"]);
  expect(document.servers).toEqual([{ url: site.url }]);
  const { operationId, requestBody } = document.paths["/api/greet"]?.post ?? {};
  expect(operationId).toBe("greet");
  expect(requestBody?.content["application/json"]).toEqual({
    schema: {
      type: "object",
      properties: {
        who: {
          title: "Name",
          description: "As friends call you.",
          type: "string",
          examples: [expect.any(String)],
        },
        n: { title: "times", type: "number", minimum: 1, maximum: 5, default: 2 },
      },
      required: ["who"],
      additionalProperties: false,
    },
    example: { who: expect.any(String), n: 2 },
  });
});

test("the document of an app with every component is a valid OpenAPI 3.1 document", async () => {
  const app = new App({ title: "All" }, () => {
    const go = new Button();
    for (const [name, One] of Object.entries(components)) {
      if (typeof One !== "function" || !(One.prototype instanceof Component)) continue;
      const component = new (One as unknown as new (options: object) => Component)({
        label: name,
        choices: ["a", ["B", "b"]],
        components: [],
        samples: [],
      });
      if (component.isInApi)
        go.click((value: unknown) => value as never, component, component, { apiName: `try-${name}` });
    }
  });
  await using site = await openSite(app);
  const result = await new Validator().validate(await documentOf(site.url));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
});

test("a client made from the document at run time calls the app", async () => {
  await using site = await openSite(greeter());
  const api = new OpenAPIClientAxios({ definition: `${site.url}/openapi.json` });
  const client = await api.init();
  const call = async (name: string, body: object) => {
    const operation = client[name];
    if (typeof operation !== "function") throw new Error(`The document has no operation ${name}.`);
    return (await operation({}, body)).data as unknown;
  };
  expect(await call("greet", { who: "Ada", n: 1 })).toEqual({ data: { greeting: "Hello Ada!" } });
  expect(await call("count", { to: 4 })).toEqual({ data: { count: 4 } });
  const uploaded = await client["uploadFile"]?.(
    { name: "a.svg" },
    '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="3"/>',
    {
      headers: { "content-type": "application/octet-stream" },
    },
  );
  const shown = await call("show", { bytes: (uploaded?.data as { url: string }).url });
  expect(shown).toMatchObject({ data: { photo: { mimeType: "image/svg+xml" } } });
  await expect(call("greet", {})).rejects.toMatchObject({
    response: { status: 422, data: { error: { code: "PARAMETER_MISSING" } } },
  });
});

test("behind a proxy, and below a path, the addresses are those the client knows", async () => {
  await using site = await openSite(greeter(), { mount: { "/a/b": greeter() } });
  expect((await documentOf(`${site.url}/a/b`)).servers).toEqual([{ url: `${site.url}/a/b` }]);
  const serverOf = async (headers: Record<string, string>): Promise<unknown> =>
    (JSON.parse((await sendRaw(site.port, get("/openapi.json", headers))).body) as { servers: unknown })
      .servers;
  expect(await serverOf({ "X-Forwarded-Host": "app.example", "X-Forwarded-Proto": "https" })).toEqual([
    { url: "https://app.example" },
  ]);
  expect(
    await serverOf({ "X-Forwarded-Host": "app.example", "X-Forwarded-Prefix": "/tools/greeter/" }),
  ).toEqual([{ url: "http://app.example/tools/greeter" }]);
  for (const prefix of ["//evil.example", "/../x", "x", "/a?b", '/"']) {
    expect(await serverOf({ "X-Forwarded-Prefix": prefix })).toEqual([{ url: "http://127.0.0.1" }]);
  }
  expect(await serverOf({ "X-Forwarded-Host": "evil.example/path?x=" })).toEqual([
    { url: "http://127.0.0.1" },
  ]);
});
