import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { firstOf, serveGradioApp, valuesOf } from "./lib.ts";

test("an endpoint is called by name, by number, by keywords, and with its defaults", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  expect((await client.predict("/greet", ["Ada", 2])).data).toEqual(["Hello Ada!Hello Ada!"]);
  expect(await firstOf(client.predict("greet", ["Ada", 1]))).toBe("Hello Ada!");
  expect(await firstOf(client.predict(0, ["Ada", 1]))).toBe("Hello Ada!");
  expect(await firstOf(client.predict("/greet", { who: "Bob", count: 3 }))).toBe("Hello Bob!".repeat(3));
  expect(await firstOf(client.predict("/greet", { who: "Bob" }))).toBe("Hello Bob!".repeat(2));
});

test("the client is told what endpoints take and give", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const info = await client.view_api();
  const raw = (await (await fetch(`${served.url}/gradio_api/info`)).json()) as typeof info;
  expect(raw.named_endpoints["/greet"]).toMatchObject({
    description: "Greets somebody.",
    api_visibility: "public",
  });
  expect(info.named_endpoints["/greet"]).toMatchObject({
    parameters: [
      {
        label: "Name",
        parameter_name: "who",
        parameter_has_default: false,
        component: "Textbox",
        type: "string",
      },
      {
        parameter_name: "count",
        parameter_has_default: true,
        parameter_default: 2,
        python_type: { type: "float" },
      },
    ],
    returns: [{ label: "Greeting", component: "Textbox" }],
  });
  expect(info.named_endpoints["/count"]).toMatchObject({ type: { generator: true } });
  expect(info.named_endpoints["/visit"]?.parameters).toMatchObject([{ component: "state" }]);
  expect(Object.keys(info.named_endpoints)).not.toContain("/hidden");
  expect(Object.keys(info.named_endpoints)).not.toContain("/unlisted");
});

test("every value of a generator arrives, also a thousand at once", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  // The end repeats the last value, as Gradio's does.
  const thousand = Array.from({ length: 1000 }, (_, index) => `${index + 1}`);
  expect(await valuesOf(client.submit("/count", [1000]))).toEqual([...thousand, "1000"]);
  const growing = Array.from({ length: 300 }, (_, index) => "x".repeat(index + 1));
  expect(await valuesOf(client.submit("/grow", [300]))).toEqual([...growing, "x".repeat(300)]);
});

test("State belongs to one client", async () => {
  await using served = await serveGradioApp();
  const [one, two] = [await served.connect(), await served.connect()];
  expect(await firstOf(one.predict("/visit", []))).toBe("1");
  expect(await firstOf(one.predict("/visit", []))).toBe("2");
  expect(await firstOf(two.predict("/visit", []))).toBe("1");
  expect(await firstOf(one.predict("/visit", [99]))).toBe("3");
});

test("a name that a page's session has opens nothing of it", async () => {
  await using served = await serveGradioApp();
  const socket = new WebSocket(`${served.url.replace("http", "ws")}/socket`);
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  socket.send('{"type":"hello","version":1}');
  const welcome = await new Promise<string>((resolve) =>
    socket.addEventListener("message", ({ data }) => resolve(data as string)),
  );
  const [, { session }] = JSON.parse(welcome) as [number, { session: { id: string } }];
  const visit = await served.post("/gradio_api/run/visit", { data: [null], session_hash: session.id });
  expect(visit.answer).toMatchObject({ data: ["1", null] });
  socket.close();
});

test("an author's error is told in his words, another's only by its place in the log", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  await expect(client.predict("/fail", ["own"])).rejects.toMatchObject({
    message: "Not this one.",
    title: "Refused",
    duration: 4,
    visible: true,
  });
  const hidden = await client.predict("/fail", ["other"]).catch((error: unknown) => error as Error);
  expect(hidden).toMatchObject({ message: expect.stringContaining("The app's function failed.") as string });
  expect(JSON.stringify(hidden)).not.toContain("secret");
  expect(await firstOf(client.predict("/fail", ["neither"]))).toBe("neither");
});

test("in development the message of any error is told", async () => {
  await using served = await serveGradioApp({ isDevelopment: true });
  const client = await served.connect();
  await expect(client.predict("/fail", ["other"])).rejects.toMatchObject({ message: "secret of the server" });
});

test("progress and what a function says come before its end", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const seen: unknown[] = [];
  for await (const message of client.submit("/report", ["x"])) {
    if (message.type === "log") seen.push([message.level, message.log, message.title]);
    else if (message.type === "status" && message.progress_data) seen.push(message.progress_data[0]?.desc);
    else if (message.type === "data") seen.push(message.data);
  }
  expect(seen).toEqual([["info", "beginning", "Note"], "half", ["done"]]);
});

test("changed options arrive as updates, those of layouts too", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  expect((await client.predict("/change", [])).data).toEqual([
    "text",
    { __type__: "update", choices: [["c", "c"]], value: "c" },
    { __type__: "update", visible: false },
  ]);
});

test("a button among the inputs is filled by the server", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  expect(await firstOf(client.predict("/pressed", ["hi"]))).toBe("hi from Run");
});

test("an unlisted endpoint is called by its name, a private one by nothing", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  expect(await firstOf(client.predict("/unlisted", ["x"]))).toBe("unlisted x");
  expect(() => client.submit("/hidden", ["x"])).toThrow("No endpoint matching");
  const config = client.config?.dependencies ?? [];
  expect(config.map(({ api_name: name }) => name)).not.toContain("hidden");
  const known = new Set(config.map(({ id }) => id));
  const unknown = Array.from({ length: 60 }, (_, id) => id).filter((id) => !known.has(id));
  for (const id of unknown) {
    const join = await served.post("/gradio_api/queue/join", {
      data: ["x"],
      fn_index: id,
      session_hash: "h",
    });
    expect(join).toEqual({ status: 404, answer: { detail: "There is no endpoint with this fn_index." } });
  }
  for (const path of ["call/hidden", "call/v2/hidden", "run/hidden", "api/hidden", "call/nothing"]) {
    const asked = await served.post(`/gradio_api/${path}`, { data: ["x"] });
    expect(asked).toEqual({ status: 404, answer: { detail: "There is no endpoint of this name." } });
  }
});

test("below another path, and behind a proxy, the app answers all the same", async () => {
  await using served = await serveGradioApp({ path: "/a/b" });
  const client = await served.connect();
  expect(client.config?.root).toBe(served.url);
  expect(await firstOf(client.predict("/greet", ["Ada", 1]))).toBe("Hello Ada!");
  expect(await valuesOf(client.submit("/count", [3]))).toEqual(["1", "2", "3", "3"]);
  const rootFor = async (headers: Record<string, string>): Promise<unknown> => {
    const config = (await (await fetch(`${served.url}/config`, { headers })).json()) as { root: string };
    return config.root;
  };
  const forwarded = { "x-forwarded-host": "apps.example, inner", "x-forwarded-proto": "https" };
  expect(await rootFor(forwarded)).toBe("https://apps.example/a/b");
  expect(await rootFor({ "x-forwarded-host": "evil/<script>" })).toBe(served.url);
});

test("cancel ends one call with its last value, and the function is told", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const other = valuesOf(client.submit("/wait", ["400"]));
  const slow = client.submit("/slow", [1]);
  const values: unknown[] = [];
  for await (const message of slow) {
    if (message.type !== "data") continue;
    values.push(message.data[0]);
    if (values.length === 3) await slow.cancel();
  }
  expect(values.slice(0, 3)).toEqual(["step 1", "step 2", "step 3"]);
  expect(values.at(-1)).toBe(values.at(-2));
  expect(served.told.aborted).toEqual(["slow"]);
  const given = served.told.given.length;
  expect(await other).toEqual(["400"]);
  expect(served.told.given.length).toBe(given);
  expect(await firstOf(client.predict("/greet", ["still", 1]))).toBe("Hello still!");
});

test("a client that closes has its calls cancelled", async () => {
  await using served = await serveGradioApp();
  const client = await served.connect();
  const slow = client.submit("/slow", [1]);
  for await (const message of slow) if (message.type === "data") break;
  client.close();
  await expect.poll(() => served.told.aborted).toEqual(["slow"]);
});
