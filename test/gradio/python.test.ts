import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { serveGradioApp } from "./lib.ts";

const python = process.env["VITRINE_PYTHON"] ?? "python3";
const hasClient = spawnSync(python, ["-c", "import gradio_client"]).status === 0;
if (!hasClient)
  console.warn(
    `Python's gradio_client is not tested: ${python} cannot import it. VITRINE_PYTHON names another interpreter.`,
  );

/** Runs a script with a connected `client`; what it prints last is the answer. */
async function ask(url: string, script: string): Promise<unknown> {
  const whole = `
import json, pathlib, tempfile
from gradio_client import Client, handle_file
client = Client(${JSON.stringify(url)}, verbose=False)
${script}
print(json.dumps(answer))
`;
  const child = spawn(python, ["-c", whole], { stdio: ["ignore", "pipe", "pipe"] });
  const [printed, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number]>,
  ]);
  if (code !== 0) throw new Error(errors);
  return JSON.parse(printed.trim().split("\n").at(-1) ?? "") as unknown;
}

test.skipIf(!hasClient).for(["/", "/a/b"] as const)(
  "Python's client predicts, streams and keeps State at %s",
  async (path) => {
    await using served = await serveGradioApp(path === "/" ? {} : { path });
    const answer = await ask(
      served.url,
      `
answer = [
    client.predict("Ada", 1, api_name="/greet"),
    client.predict(who="Bob", api_name="/greet"),
    client.predict("Eve", 1, fn_index=0),
    [client.predict(api_name="/visit") for _ in range(3)],
    list(client.submit(4, api_name="/count")),
    client.predict({"path": 7, "a": [None]}, api_name="/echo_json"),
    client.predict(api_name="/classify")["label"],
]
`,
    );
    expect(answer).toEqual([
      "Hello Ada!",
      "Hello Bob!Hello Bob!",
      "Hello Eve!",
      ["1", "2", "3"],
      ["1", "2", "3", "4"],
      { path: 7, a: [null] },
      "cat",
    ]);
  },
);

test.skipIf(!hasClient)("Python's client uploads and downloads, is told of errors, and cancels", async () => {
  await using served = await serveGradioApp();
  const answer = await ask(
    served.url,
    `
import time
source = pathlib.Path(tempfile.mkdtemp()) / "note ü.txt"
source.write_text("hello")
given = pathlib.Path(client.predict(handle_file(str(source)), api_name="/echo_file"))
try:
    client.predict("own", api_name="/fail")
except Exception as error:
    refused = [type(error).__name__, error.message, error.title, error.duration]
job = client.submit(1, api_name="/slow")
while len(job.outputs()) < 3:
    time.sleep(0.02)
job.cancel()
try:
    ended = job.result(timeout=10)
except Exception as error:
    ended = type(error).__name__
jobs = [client.submit(str(n), 1, api_name="/greet") for n in range(12)]
many = [job.result(timeout=30) for job in jobs]
answer = [given.name, given.read_text(), refused, bool(ended), many]
`,
  );
  expect(answer).toEqual([
    "note ü.txt",
    "hello",
    ["AppError", "Not this one.", "Refused", 4],
    true,
    Array.from({ length: 12 }, (_, n) => `Hello ${n}!`),
  ]);
  expect(served.told.aborted).toEqual(["slow"]);
});
