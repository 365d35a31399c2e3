import { expect, test } from "vitest";
import { Command, Page, ScriptFolder } from "./testing/command.ts";

/** Commands start a Node process that compiles TypeScript. */
const slow = { timeout: 60_000 };

/** Counts what it was called with, so that a lost State shows. */
const adder = (title: string): string => `
import { Blocks, Slider, State } from "vitrine";
import { factor } from "./factor.ts";
export default new Blocks({ title: "${title}" }, () => {
  const input = new Slider();
  const output = new Slider({ maximum: 1000 });
  const sum = new State(0);
  const add = (value: number, before: number): [number, number] => [(before + value) * factor, before + value];
  input.release(add, [input, sum], [output, sum]);
});
`;
const factor = (value: string): string => `export const factor: number = ${value};`;

const run = (page: Page, value: number): Promise<unknown> => page.run(value, null);

test("a saved file reloads the app; sessions and their State go on", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": adder("First"), "factor.ts": factor("1") });
  await using command = new Command(folder, ["dev", "app.ts", "--port", "0"]);
  const url = await command.url();
  using page = await Page.open(url);
  expect(await run(page, 5)).toBe(5);
  await folder.write("factor.ts", factor("10"));
  await page.find((message) => message.type === "appChanged");
  expect(await run(page, 2)).toBe(70);
  await folder.write("app.ts", adder("Second"));
  await page.find((message) => message.type === "appChanged" && JSON.stringify(message).includes("Second"));
  expect(await (await fetch(`${url}/`)).text()).toContain("<title>Second</title>");
  expect(await run(page, 1)).toBe(80);
});

test(
  "a build error is shown in the page, the old app stays up, and a correction takes the error away",
  slow,
  async () => {
    await using folder = await ScriptFolder.create({ "app.ts": adder("App"), "factor.ts": factor("1") });
    await using command = new Command(folder, ["dev", "app.ts", "--port", "0"]);
    using page = await Page.open(await command.url());
    await folder.write("factor.ts", factor(";"));
    const failed = await page.find((message) => message.type === "buildFailed");
    expect(failed["text"]).toContain("factor.ts:1:31");
    expect(await run(page, 5)).toBe(5);
    await folder.write("factor.ts", factor("2"));
    await page.find((message) => message.type === "buildFailed" && message["text"] === null);
    expect(await run(page, 1)).toBe(12);
  },
);

test(
  "an error thrown while the script loads is shown in the page, and the old app stays up",
  slow,
  async () => {
    await using folder = await ScriptFolder.create({ "app.ts": adder("App"), "factor.ts": factor("1") });
    await using command = new Command(folder, ["dev", "app.ts", "--port", "0"]);
    using page = await Page.open(await command.url());
    await folder.write("factor.ts", `${factor("1")}\nthrow new Error("the model is missing");`);
    const failed = await page.find((message) => message.type === "buildFailed");
    expect(failed["text"]).toContain("factor.ts:2:7: the model is missing (SCRIPT_FAILED)");
    expect(await run(page, 5)).toBe(5);
  },
);

test("a script that no longer has an app is said so in the page", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": adder("App"), "factor.ts": factor("1") });
  await using command = new Command(folder, ["dev", "app.ts", "--port", "0"]);
  using page = await Page.open(await command.url());
  await folder.write("app.ts", "export {};");
  const failed = await page.find((message) => message.type === "buildFailed");
  expect(failed["text"]).toContain("NO_APP_IN_SCRIPT");
});

test("a script that is wrong at first is served once it is right", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": adder("App") });
  await using command = new Command(folder, ["dev", "app.ts", "--port", "0"]);
  await command.printed(/Waiting for the script to be corrected/);
  expect(command.output).toContain('Could not resolve "./factor.ts"');
  await folder.write("factor.ts", factor("3"));
  using page = await Page.open(await command.url());
  expect(await run(page, 2)).toBe(6);
});

test("apps launched beside the first are reloaded with it", slow, async () => {
  const site = (names: readonly string[]): string => `
import { Blocks, Slider } from "vitrine";
const make = (title: string) => new Blocks({ title }, () => void new Slider());
await make("Root").launch({ mount: { ${names.map((name) => `"/${name}": make("${name}")`).join(", ")} } });
`;
  await using folder = await ScriptFolder.create({ "app.ts": site(["one", "two"]) });
  await using command = new Command(folder, ["dev", "app.ts", "--port", "0"]);
  const url = await command.url();
  expect((await fetch(`${url}/two/`)).status).toBe(200);
  await folder.write("app.ts", site(["one", "three"]));
  await command.printed(/Reloaded in/);
  expect((await fetch(`${url}/two/`)).status).toBe(404);
  expect(await (await fetch(`${url}/three/`)).text()).toContain("<title>three</title>");
});

test(
  "a script that awaits its launch is reloaded, and what it throws afterwards is shown in the page",
  slow,
  async () => {
    const script = (title: string, after: string): string => `
import { Blocks, Slider } from "vitrine";
const app = new Blocks({ title: "${title}" }, () => void new Slider());
await app.launch();
${after}
`;
    await using folder = await ScriptFolder.create({ "app.ts": script("First", `console.log("went on");`) });
    await using command = new Command(folder, ["dev", "app.ts", "--port", "0"]);
    const url = await command.url();
    await command.printed(/went on/);
    using page = await Page.open(url);
    await folder.write("app.ts", script("Second", `throw new Error("too late");`));
    const failed = await page.find((message) => message.type === "buildFailed" && message["text"] !== null);
    expect(failed["text"]).toContain("app.ts:5:7: too late");
    expect(await (await fetch(`${url}/`)).text()).toContain("<title>Second</title>");
  },
);

test("an app declared wrongly leaves the old one up, though its launch is awaited", slow, async () => {
  const script = (name: string): string => `
import { Blocks, Slider } from "vitrine";
await new Blocks({ title: "App" }, () => void new Slider()).launch({ mount: { "${name}": new Blocks() } });
`;
  await using folder = await ScriptFolder.create({ "app.ts": script("one") });
  await using command = new Command(folder, ["dev", "app.ts", "--port", "0"]);
  const url = await command.url();
  using page = await Page.open(url);
  await folder.write("app.ts", script("../up"));
  const failed = await page.find((message) => message.type === "buildFailed");
  expect(failed["text"]).toContain('got "../up". (OPTION_INVALID)');
  expect((await fetch(`${url}/one/`)).status).toBe(200);
  await folder.write("app.ts", script("two"));
  await command.printed(/Reloaded in/);
  expect((await fetch(`${url}/two/`)).status).toBe(200);
});

test("a port in use ends the command", slow, async () => {
  await using folder = await ScriptFolder.create({ "app.ts": adder("App"), "factor.ts": factor("1") });
  await using first = new Command(folder, ["dev", "app.ts", "--port", "0"]);
  const { port } = new URL(await first.url());
  await using second = new Command(folder, ["dev", "app.ts", "--port", port]);
  expect(await second.ended).toBe(1);
  expect(second.output).toContain("PORT_IN_USE");
});
