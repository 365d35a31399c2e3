import { existsSync, readdirSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Command, Page, ScriptFolder } from "./testing/command.ts";

/** Commands start a Node process that compiles TypeScript. */
const slow = { timeout: 60_000 };

const doubler = `
import { Blocks, Slider } from "vitrine";
const app = new Blocks({ title: "Doubler" }, () => {
  const input = new Slider();
  const output = new Slider();
  input.release((value: number) => value * 2, input, output);
});
`;

test("a script's default export is served, and SIGTERM ends it with 0", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": `${doubler}export default app;` });
  await using command = new Command(folder, ["app.ts", "--port", "0"]);
  const url = await command.url();
  expect(await (await fetch(`${url}/`)).text()).toContain("<title>Doubler</title>");
  using page = await Page.open(url);
  expect(await page.run(21)).toBe(42);
  command.kill("SIGTERM");
  expect(await command.ended).toBe(0);
  expect(readdirSync(join(folder.path, "node_modules", ".vitrine"))).toEqual([]);
});

test("a script that launches its app itself is served at the command line's port", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": `${doubler}await app.launch({ port: 1 });` });
  await using command = new Command(folder, ["app.ts", "--port=0"]);
  expect((await fetch(`${await command.url()}/healthz`)).status).toBe(200);
});

test("--mcp lets MCP clients in; without it there is nothing for them", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": `${doubler}export default app;` });
  const ask = async (args: readonly string[]) => {
    await using command = new Command(folder, ["app.ts", "--port", "0", ...args]);
    const response = await fetch(`${await command.url()}/mcp`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    });
    return { status: response.status, text: await response.text() };
  };
  expect(await ask(["--mcp"])).toEqual({ status: 200, text: expect.stringContaining('"name":"call"') });
  expect((await ask([])).status).toBe(404);
});

test("a script may launch its app after a while", slow, async () => {
  await using folder = await ScriptFolder.create({
    "app.ts": `${doubler}setTimeout(() => void app.launch(), 300);`,
  });
  await using command = new Command(folder, ["app.ts", "--port", "0"]);
  expect((await fetch(`${await command.url()}/healthz`)).status).toBe(200);
});

test(
  "files of a script know where they lie, and get the arguments that are not Vitrine's",
  slow,
  async () => {
    await using folder = await ScriptFolder.create({
      "where.ts": `export const where = [import.meta.url, import.meta.dirname, import.meta.filename];`,
      "app.ts": `#!/usr/bin/env node
import { where } from "./where.ts";
${doubler}
console.log(JSON.stringify({ where, here: import.meta.filename, args: process.argv.slice(2) }));
export default app;`,
    });
    await using command = new Command(folder, ["app.ts", "--port", "0", "--model", "tiny"]);
    const [text = ""] = await command.printed(/\{"where.*\}/);
    const where = join(folder.path, "where.ts");
    expect(JSON.parse(text)).toEqual({
      where: [`file://${where}`, folder.path, where],
      here: join(folder.path, "app.ts"),
      args: ["--model", "tiny"],
    });
  },
);

test("a type error does not stop a script", slow, async () => {
  await using folder = await ScriptFolder.create({
    "app.ts": `const wrong: string = 3;${doubler}export default app;`,
  });
  await using command = new Command(folder, ["app.ts", "--port", "0"]);
  expect((await fetch(`${await command.url()}/healthz`)).status).toBe(200);
});

test("a port in use ends the command with a code and words", slow, async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  await using folder = await ScriptFolder.create({ "app.ts": `${doubler}export default app;` });
  await using command = new Command(folder, ["app.ts", "--port", String(port)]);
  expect(await command.ended).toBe(1);
  expect(command.output).toContain(`Port ${port} of 127.0.0.1 is in use by another program. (PORT_IN_USE)`);
  other.close();
});

test("a launch that nobody awaits and that fails ends the command with a code and words", slow, async () => {
  await using folder = await ScriptFolder.create({
    "app.ts": `${doubler}app.launch({ mount: { "../up": app } });`,
  });
  await using command = new Command(folder, ["app.ts", "--port", "0"]);
  expect(await command.ended).toBe(1);
  expect(command.output).toContain('mount expected names such as "/hello", got "../up". (OPTION_INVALID)');
});

test("an app declared wrongly ends the command with the place, and what to do about it", slow, async () => {
  await using folder = await ScriptFolder.create({
    "app.ts": `import { Slider } from "vitrine";\nnew Slider({ minimum: 2, maximum: 1 });`,
  });
  await using command = new Command(folder, ["app.ts"]);
  expect(await command.ended).toBe(1);
  expect(command.output).toContain(
    "app.ts:2:1: Slider expected minimum below maximum, got 2 and 1. (OPTION_INVALID)",
  );
  expect(command.output).toContain("Correct the option where the component is constructed.");
});

test("a syntax error ends the command with the place in the user's file", slow, async () => {
  await using folder = await ScriptFolder.create({
    "app.ts": `import "./part.ts";`,
    "part.ts": `\n\nconst x = ;`,
  });
  await using command = new Command(folder, ["app.ts"]);
  expect(await command.ended).toBe(1);
  expect(command.output).toContain(`part.ts:3:11: Unexpected ";" (SCRIPT_FAILED)`);
  expect(command.output).toContain("const x = ;");
});

test("an error thrown by a script ends the command with the place in the user's file", slow, async () => {
  const part = `interface Erased { readonly x: number }

export function load(): Erased {
  throw new TypeError("no such model");
}`;
  await using folder = await ScriptFolder.create({
    "app.ts": `import { load } from "./part.ts";\nload();`,
    "part.ts": part,
  });
  await using command = new Command(folder, ["app.ts"]);
  expect(await command.ended).toBe(1);
  expect(command.output).toContain("part.ts:4:9: no such model (SCRIPT_FAILED)");
});

test("a thrown value that is no error is named", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": `throw "just text";` });
  await using command = new Command(folder, ["app.ts"]);
  expect(await command.ended).toBe(1);
  expect(command.output).toContain("The script threw just text. (SCRIPT_FAILED)");
});

test("a script without an app ends the command", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": `export const nothing = 1;` });
  await using command = new Command(folder, ["app.ts"]);
  expect(await command.ended).toBe(1);
  expect(command.output).toContain(
    "app.ts neither exports an app as default nor launches one. (NO_APP_IN_SCRIPT)",
  );
});

test("a script that does not exist ends the command and leaves nothing behind", slow, async () => {
  await using folder = await ScriptFolder.create({});
  await using command = new Command(folder, ["nothing.ts"]);
  expect(await command.ended).toBe(1);
  expect(command.output).toContain("There is no file nothing.ts. (SCRIPT_FAILED)");
  expect(existsSync(join(folder.path, "node_modules"))).toBe(false);
});
