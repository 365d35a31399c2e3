import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { serveGradioApp } from "./lib.ts";

test("a script that has called what it wanted ends by itself", async () => {
  await using served = await serveGradioApp();
  const script = `
    import { Client } from "@gradio/client";
    const client = await Client.connect(${JSON.stringify(served.url)});
    const { data } = await client.predict("/greet", ["Ada", 1]);
    const counted = [];
    for await (const message of client.submit("/count", [3])) counted.push(message.data[0]);
    await client.predict("/visit", []);
    console.log(JSON.stringify([data, counted]));
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  expect(JSON.parse(printed)).toEqual([["Hello Ada!"], ["1", "2", "3", "3"]]);
  expect(code).toBe(0);
});
