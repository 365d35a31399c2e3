import { expect, test } from "vitest";
import { createApp } from "../create-app.ts";
import { openSite } from "../testing/open-site.ts";
import { call, parseEvents, post, restWorkshop } from "../testing/rest-workshop.ts";

test("a call takes parameters by name and answers values by name; those with a default may be left out", async () => {
  await using site = await openSite(restWorkshop());
  expect(await call(site, "greet", { who: "Ada", n: 3 })).toEqual({
    status: 200,
    body: { data: { greeting: "Hello Ada!Hello Ada!Hello Ada!" } },
  });
  expect((await call(site, "greet", { who: "Ada" })).body.data).toEqual({ greeting: "Hello Ada!Hello Ada!" });
  expect((await call(site, "count_to", "")).body.data).toEqual({ count: 3 });
});

test.each([
  ["an unknown endpoint", "nothing", {}, 404, "UNKNOWN_ENDPOINT"],
  ["a private endpoint", "hidden", { text: "x" }, 404, "UNKNOWN_ENDPOINT"],
  ["an unknown parameter", "greet", { who: "x", nobody: 1 }, 422, "PARAMETER_UNKNOWN"],
  ["a missing parameter", "greet", {}, 422, "PARAMETER_MISSING"],
  ["a value of a wrong type", "greet", { who: 7 }, 422, "PAYLOAD_INVALID"],
  ["a value out of range", "greet", { who: "x", n: 9 }, 422, "VALUE_OUT_OF_RANGE"],
  ["a list of parameters", "greet", ["x"], 422, "PAYLOAD_INVALID"],
  ["no JSON", "greet", "{who", 422, "PAYLOAD_INVALID"],
  ["an author's refusal", "fail", { text: "user" }, 422, "USER_ERROR"],
  ["a failure", "fail", { text: "secret" }, 500, "FUNCTION_FAILED"],
  ["a file that is a number", "halve", { bytes: 7 }, 422, "PAYLOAD_INVALID"],
  ["a file of the server", "halve", { bytes: "/etc/passwd" }, 422, "FILE_FETCH_REFUSED"],
  ["a file of the server as a URL", "halve", { bytes: "file:///etc/passwd" }, 422, "FILE_FETCH_REFUSED"],
  ["a file of this machine", "halve", { bytes: "http://127.0.0.1:22/" }, 422, "FILE_FETCH_REFUSED"],
  [
    "a cloud's metadata in a list",
    "list",
    { papers: [{ url: "http://169.254.169.254/" }] },
    422,
    "FILE_FETCH_REFUSED",
  ],
  [
    "a private file in a gallery",
    "shelve",
    { pictures: [{ file: "http://10.0.0.1/" }] },
    422,
    "FILE_FETCH_REFUSED",
  ],
  [
    "a forged reference",
    "halve",
    {
      bytes: {
        kind: "file",
        id: "a".repeat(64),
        name: "x",
        sizeBytes: 1,
        mimeType: "image/png",
        url: "files/x",
      },
    },
    422,
    "FILE_FETCH_REFUSED",
  ],
  [
    "a forged address",
    "halve",
    { bytes: `files/${"k".repeat(32)}/${"a".repeat(64)}/x.png` },
    404,
    "FILE_UNKNOWN",
  ],
  ["a file with a path", "list", { papers: [{ path: "/etc/passwd" }] }, 422, "PAYLOAD_INVALID"],
  ["a data: URL that is none", "halve", { bytes: "data:oops" }, 422, "PAYLOAD_INVALID"],
])("%s is refused with a code", async (_, endpoint, parameters, status, code) => {
  await using site = await openSite(restWorkshop());
  const { status: answered, body } = await call(site, endpoint, parameters);
  expect({ status: answered, body }).toMatchObject({ status, body: { error: { code } } });
  expect(JSON.stringify(body)).not.toMatch(/secret|root:|\/tmp|at .*\.ts/);
});

test("a refused value names its parameter", async () => {
  await using site = await openSite(restWorkshop());
  expect((await call(site, "greet", { who: "x", n: 9 })).body.error).toMatchObject({ parameter: "n" });
  expect((await call(site, "halve", { bytes: 7 })).body.error).toMatchObject({
    message: expect.stringContaining('"bytes"'),
  });
});

test("an endpoint that is listed nowhere answers who knows its name", async () => {
  await using site = await openSite(restWorkshop());
  expect((await call(site, "quiet", { text: "x" })).body.data).toEqual({ greeting: "x" });
});

test("State belongs to the session a call names; without one every call begins anew", async () => {
  await using site = await openSite(restWorkshop());
  const headers = { "x-session": "ada-session-0123456789" };
  expect((await call({ ...site, headers }, "add", { n: 1 })).body.data).toEqual({ count: 1 });
  expect((await call({ ...site, headers }, "add", { n: 2 })).body.data).toEqual({ count: 3 });
  expect((await call(site, "add", { n: 2 })).body.data).toEqual({ count: 2 });
  const begun = await post(site, "add", { n: 5 });
  const given = { "x-session": begun.headers.get("x-session") ?? "" };
  expect((await call({ ...site, headers: given }, "add", { n: 1 })).body.data).toEqual({ count: 6 });
  const guessable = { "x-session": "1" };
  expect((await call({ ...site, headers: guessable }, "add", { n: 1 })).status).toBe(401);
});

test("calls without a session that leave nothing take nobody's place", async () => {
  const app = createApp(restWorkshop(), { sessionCapacity: 3 });
  const request = (endpoint: string, body: object, headers: Record<string, string> = {}) =>
    app.request(`/api/${endpoint}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const headers = { "x-session": "ada-session-0123456789" };
  await request("add", { n: 1 }, headers);
  for (let n = 0; n < 20; n++) expect((await request("greet", { who: "x" })).status).toBe(200);
  expect(await (await request("add", { n: 1 }, headers)).json()).toEqual({ data: { count: 2 } });
  await expect.poll(async () => (await app.host).census().stored).toBe(1);
  await app.close();
});

test("data that looks like a file stays data", async () => {
  await using site = await openSite(restWorkshop());
  const data = { url: "http://127.0.0.1/", kind: "file", path: "/etc/passwd", id: "a".repeat(64) };
  expect((await call(site, "echo", { data })).body.data).toEqual({ told: data });
});

test("an output that was only changed has the value it had at first", async () => {
  await using site = await openSite(restWorkshop());
  expect((await call(site, "hide", { chosen: "red" })).body.data).toEqual({ greeting: "" });
});

test("what a function says meanwhile comes with the answer", async () => {
  await using site = await openSite(restWorkshop());
  expect((await call(site, "fail", { text: "fine" })).body).toMatchObject({
    data: { greeting: "fine" },
    messages: [{ level: "warning", title: "Look out", message: "careful" }],
  });
});

test("who accepts events is sent every value, the progress, and the end", async () => {
  await using site = await openSite(restWorkshop());
  const response = await post({ ...site, headers: { accept: "text/event-stream" } }, "count_to", { to: 50 });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const events = parseEvents(await response.text());
  const values = events.filter(({ event }) => event === "value").map(({ data }) => data);
  expect(values).toEqual(Array.from({ length: 50 }, (_, n) => ({ data: { count: n + 1 } })));
  expect(events).toContainEqual({
    event: "progress",
    data: { done: 1, total: 50, fraction: 0.02, description: "counting" },
  });
  expect(events.at(-1)).toEqual({ event: "complete", data: { data: { count: 50 } } });
  const failed = await post({ ...site, headers: { accept: "text/event-stream" } }, "fail", { text: "user" });
  const [said, end] = parseEvents(await failed.text());
  expect(said).toMatchObject({ event: "message", data: { level: "warning" } });
  expect(end).toMatchObject({
    event: "error",
    data: { error: { code: "USER_ERROR", message: "Not like that." } },
  });
});
