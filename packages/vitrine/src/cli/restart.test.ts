import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Command, Page, ScriptFolder } from "./testing/command.ts";

/** Commands start Node processes that compile TypeScript. */
const slow = { timeout: 60_000 };

/** Answers with its process and what it was told; `stop` and `restart` do that. */
const script = `
import { Blocks, Textbox, restartServer, stopServer, superviseProcess } from "vitrine";
await superviseProcess();
console.log("Begun with " + process.argv.slice(2).join(" "));
const acts: Record<string, () => void> = { stop: stopServer, restart: restartServer, crash: () => setImmediate(() => process.exit(7)) };
export default new Blocks({ title: "Told" }, () => {
  const told = new Textbox();
  const answer = new Textbox();
  told.submit((text: string) => (acts[text]?.(), String(process.pid)), told, answer);
});
`;

async function tell(url: string, text: string): Promise<unknown> {
  using page = await Page.open(url);
  return await page.run(text);
}

/** Waits until the command has said so often where it runs; returns where. */
async function urlOf(command: Command, time: number): Promise<string> {
  const [, url = ""] = await command.printed(new RegExp(`(?:Running on (\\S+)[^]*?){${time}}`));
  return url;
}

test(
  "a restart is a new process with the same arguments at the same port, any number of times",
  slow,
  async () => {
    await using folder = await ScriptFolder.create({ "app.ts": script });
    await using command = new Command(folder, ["app.ts", "--port", "0", "--model", "tiny"]);
    const url = await urlOf(command, 1);
    const processes = [await tell(url, "restart")];
    expect(await urlOf(command, 2)).toBe(url);
    processes.push(await tell(url, "restart"));
    expect(await urlOf(command, 3)).toBe(url);
    processes.push(await tell(url, "hello"));
    expect(new Set(processes).size).toBe(3);
    expect(command.output.match(/Begun with --model tiny\n/g)).toHaveLength(3);
    command.kill("SIGTERM");
    expect(await command.ended).toBe(0);
    expect(readdirSync(join(folder.path, "node_modules", ".vitrine"))).toEqual([]);
  },
);

test("a restart takes up the script as it is by then", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": script });
  await using command = new Command(folder, ["app.ts", "--port", "0"]);
  const url = await urlOf(command, 1);
  await folder.write("app.ts", script.replace('title: "Told"', 'title: "Changed"'));
  await tell(url, "restart");
  await urlOf(command, 2);
  expect(await (await fetch(url)).text()).toContain("<title>Changed</title>");
});

test("a page that comes back to another app is given it, and may run its listeners", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": script });
  await using command = new Command(folder, ["app.ts", "--port", "0"]);
  const url = await urlOf(command, 1);
  const configOf = async (): Promise<{ fingerprint: string }> => {
    const html = await (await fetch(url)).text();
    return JSON.parse(/id="vitrine-config">([^<]*)</.exec(html)?.[1] ?? "null") as { fingerprint: string };
  };
  const { fingerprint } = await configOf();
  using same = await Page.open(url, fingerprint);
  expect(same.messages[0]).not.toHaveProperty("config");
  await folder.write("app.ts", script.replace('title: "Told"', 'title: "Changed"'));
  await tell(url, "restart");
  await urlOf(command, 2);
  using back = await Page.open(url, fingerprint);
  expect(back.messages[0]).toMatchObject({
    config: { title: "Changed", fingerprint: (await configOf()).fingerprint },
  });
});

test("stop ends the command with 0", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": script });
  await using command = new Command(folder, ["app.ts", "--port", "0"]);
  await tell(await urlOf(command, 1), "stop");
  expect(await command.ended).toBe(0);
});

test("a script that ends by itself ends the command with its code", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": script });
  await using command = new Command(folder, ["app.ts", "--port", "0"]);
  await tell(await urlOf(command, 1), "crash");
  expect(await command.ended).toBe(7);
});

test("a script outlives nobody who watches over it", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": script });
  await using command = new Command(folder, ["app.ts", "--port", "0"]);
  const url = await urlOf(command, 1);
  command.kill("SIGKILL");
  // The output is closed only when nobody holds it any more.
  await command.ended;
  await expect(fetch(url)).rejects.toThrow();
});

test("a script nobody watches over cannot be restarted, and says what is missing", slow, async () => {
  await using folder = await ScriptFolder.create({
    "app.ts": script.replace("await superviseProcess();", ""),
  });
  await using command = new Command(folder, ["app.ts", "--port", "0"]);
  const url = await urlOf(command, 1);
  await expect(tell(url, "restart")).rejects.toThrow(/FUNCTION_FAILED|RESTART_UNAVAILABLE/);
  await command.printed(/RESTART_UNAVAILABLE/);
});
