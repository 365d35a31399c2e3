import { expect, test } from "vitest";
import { connectMcp, openMcpWorkshop } from "../testing/mcp-workshop.ts";

test("resources are listed, templates too, and read by their address", async () => {
  await using site = await openMcpWorkshop();
  await using connected = await connectMcp(site);
  const { client } = connected;
  expect((await client.listResources()).resources).toEqual([
    { uri: "notes://today", name: "Today", mimeType: "text/markdown" },
  ]);
  expect((await client.listResourceTemplates()).resourceTemplates).toEqual([
    { uriTemplate: "notes://{day}/{n}", name: "notes://{day}/{n}" },
  ]);
  expect((await client.readResource({ uri: "notes://today" })).contents).toEqual([
    { uri: "notes://today", mimeType: "text/markdown", text: "Buy bread." },
  ]);
  expect((await client.readResource({ uri: "notes://my%20day/7" })).contents).toMatchObject([
    { text: "my day, note 7" },
  ]);
  expect((await client.readResource({ uri: "notes://bytes/7" })).contents).toEqual([
    { uri: "notes://bytes/7", mimeType: "application/octet-stream", blob: "AQI=" },
  ]);
  await expect(client.readResource({ uri: "file:///etc/passwd" })).rejects.toMatchObject({ code: -32002 });
  await expect(client.readResource({ uri: "notes://never/1" })).rejects.toThrow("No such day.");
  await expect(client.readResource({ uri: "notes://secret/1" })).rejects.not.toThrow("/etc/secret");
});

test("prompts are listed with their arguments and filled in", async () => {
  await using site = await openMcpWorkshop();
  await using connected = await connectMcp(site);
  const { client } = connected;
  expect((await client.listPrompts()).prompts).toEqual([
    {
      name: "translate",
      description: "Translates.",
      arguments: [
        { name: "text", description: "What to translate.", required: true },
        { name: "to", required: false },
      ],
    },
  ]);
  expect((await client.getPrompt({ name: "translate", arguments: { text: "Hallo" } })).messages).toEqual([
    { role: "user", content: { type: "text", text: "Into English: Hallo" } },
  ]);
  await expect(client.getPrompt({ name: "translate" })).rejects.toMatchObject({ code: -32602 });
  await expect(client.getPrompt({ name: "nothing" })).rejects.toMatchObject({ code: -32602 });
});
