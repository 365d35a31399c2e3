import { App } from "@vitrine/core";
import { Slider, Textbox } from "@vitrine/components";
import { expect, test } from "vitest";
import { get, openSite, sendRaw } from "../testing/open-site.ts";

function app(): App {
  return new App({ title: "Greeter" }, () => {
    const name = new Textbox({ label: "Your name" });
    const times = new Slider({ label: "Times", minimum: 1, maximum: 5, value: 2 });
    const greeting = new Textbox({ label: "Greeting" });
    name.submit((who, n) => `${who}${n}`, [name, times], greeting, {
      apiName: "greet",
      apiDescription: "Greets.",
    });
    name.change((who) => who, name, greeting, { apiName: "known", apiVisibility: "undocumented" });
    name.blur((who) => who, name, greeting, { apiName: "secret", apiVisibility: "private" });
  });
}

async function ask(path: string): Promise<{ status: number; answer: Record<string, unknown> }> {
  await using site = await openSite(app());
  const { status, body } = await sendRaw(site.port, get(path));
  return { status, answer: JSON.parse(body) as Record<string, unknown> };
}

test("programs are told the public endpoints with parameters, defaults and returns", async () => {
  const { status, answer } = await ask("/api.json");
  expect(status).toBe(200);
  expect(answer).toMatchObject({
    title: "Greeter",
    endpoints: [
      {
        name: "greet",
        description: "Greets.",
        isGenerator: false,
        parameters: [
          { name: "who", label: "Your name", component: "textbox", schema: { type: "string" } },
          { name: "n", label: "Times", component: "slider", default: 2 },
        ],
        returns: [{ label: "Greeting", component: "textbox" }],
      },
    ],
  });
  const [greet] = answer["endpoints"] as { parameters: object[] }[];
  expect(greet?.parameters[0]).not.toHaveProperty("default");
  expect(answer["endpoints"]).toHaveLength(1);
});

test("an undocumented endpoint is told to whoever knows its name, a private one to nobody", async () => {
  expect((await ask("/api.json?endpoint=known")).answer).toMatchObject({ endpoints: [{ name: "known" }] });
  const hidden = await ask("/api.json?endpoint=secret");
  const missing = await ask("/api.json?endpoint=nothing");
  expect(hidden.status).toBe(404);
  expect(hidden.answer).toMatchObject({ error: { code: "UNKNOWN_ENDPOINT" } });
  expect(JSON.stringify(hidden.answer)).toBe(JSON.stringify(missing.answer).replace("nothing", "secret"));
  expect(JSON.stringify(missing.answer)).not.toMatch(/secret|known/);
});

test("the page's own data names neither private nor undocumented endpoints", async () => {
  await using site = await openSite(app());
  const { body } = await sendRaw(site.port, get("/"));
  expect(body).toContain('"apiName":"greet"');
  expect(body).not.toMatch(/"secret"|"known"/);
});

test("the same is there as Markdown, with the address as the client knows it", async () => {
  await using site = await openSite(app());
  const { headers, body } = await sendRaw(
    site.port,
    get("/api.md", { "X-Forwarded-Host": "demo.example", "X-Forwarded-Proto": "https" }),
  );
  expect(headers["content-type"]).toContain("text/markdown");
  expect(body).toContain("# Greeter: API");
  expect(body).toContain("| `n` | `number` | `2` | Times |");
  expect(body).toContain('await connect<App>("https://demo.example/")');
  expect(body).not.toMatch(/secret|known/);
});
