import { expect, test } from "vitest";
import { App } from "./app.ts";

const context = {
  signal: new AbortController().signal,
  request: { headers: {}, query: {}, clientAddress: "127.0.0.1" },
};

test("a resource's function gets the variables of its address", async () => {
  const app = new App();
  app.resource("notes://{day}", ({ day }) => `Notes of ${day}`, { mimeType: "text/markdown" });
  const [resource] = app.resources;
  expect(resource?.name).toBe("notes://{day}");
  expect(await resource?.read(resource.template.match("notes://monday") ?? {}, context)).toBe(
    "Notes of monday",
  );
});

test("a prompt's function gets what people filled in", async () => {
  const app = new App();
  app.prompt("translate", ({ text, to = "English" }) => `To ${to}: ${text}`, {
    arguments: { text: "What to translate.", to: { description: "A language.", required: false } },
  });
  const [prompt] = app.prompts;
  expect(await prompt?.fill({ text: "Hallo" }, context)).toBe("To English: Hallo");
  expect(() => prompt?.fill({}, context)).toThrow(expect.objectContaining({ code: "PARAMETER_MISSING" }));
  expect(() => prompt?.fill({ text: "x", from: "y" }, context)).toThrow(
    expect.objectContaining({ code: "PARAMETER_UNKNOWN", message: 'translate takes text, to; got "from".' }),
  );
});

test("the same address or name twice is refused", () => {
  const app = new App();
  app.resource("a://b", () => "").prompt("p", () => "");
  const refusal = expect.objectContaining({ code: "OPTION_INVALID" });
  expect(() => app.resource("a://b", () => "")).toThrow(refusal);
  expect(() => app.prompt("p", () => "")).toThrow(refusal);
  expect(() => app.prompt("has spaces", () => "")).toThrow(refusal);
});
