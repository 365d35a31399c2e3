import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  Button,
  Dropdown,
  File,
  Gallery,
  Image,
  JSON as JSONView,
  Number,
  Slider,
  Textbox,
} from "@vitrine/components";
import { App, State, update, UserError } from "@vitrine/core";
import sharp from "sharp";

/** What tests are told of the functions that wait to be cancelled. */
export const waiting = { started: (): void => undefined, aborted: (): void => undefined };

/** An app with an endpoint for each thing a program may want of one. */
export function restWorkshop(): App {
  return new App({ title: "Workshop" }, () => {
    const name = new Textbox({ label: "Your name", info: "As friends call you." });
    const times = new Slider({ label: "times", minimum: 1, maximum: 5, value: 2 });
    const greeting = new Textbox({ label: "Greeting" });
    const go = new Button();
    go.click((who: string, n: number) => `Hello ${who}!`.repeat(n), [name, times], greeting, {
      apiName: "greet",
      apiDescription: "Greets somebody. As often as you like.",
    });
    const count = new Number({ label: "count" });
    go.click(
      async function* (to: number, { progress }) {
        for (let n = 1; n <= to; n++) {
          progress.steps(n, to, { description: "counting" });
          yield n;
        }
      },
      new Number({ label: "to", value: 3 }),
      count,
      { apiName: "count_to" },
    );
    const sum = new State(0);
    go.click(
      (n: number, before: number): [number, number] => [n + before, n + before],
      [new Number({ label: "n" }), sum],
      [count, sum],
      {
        apiName: "add",
      },
    );
    const [photo, halved] = [new Image({ label: "photo" }), new Image({ label: "halved" })];
    go.click((bytes) => sharp(bytes).resize(2).png().toBuffer(), photo, halved, { apiName: "halve" });
    const files = new File({ label: "papers", fileCount: "multiple" });
    const told = new JSONView({ label: "told" });
    go.click((papers) => papers.map(({ name, sizeBytes }) => ({ name, sizeBytes })), files, told, {
      apiName: "list",
    });
    const gallery = new Gallery({ label: "shelf" });
    go.click((pictures) => pictures, gallery, gallery, { apiName: "shelve" });
    go.click((data: unknown) => data as object, new JSONView({ label: "data" }), told, { apiName: "echo" });
    const colour = new Dropdown({ label: "colour", choices: ["red", "green"] });
    go.click((chosen: string) => update({ visible: chosen === "red" }), colour, greeting, {
      apiName: "hide",
    });
    go.click(
      (text: string, { log }) => {
        log.warning("careful", { title: "Look out" });
        if (text === "user") throw new UserError("Not like that.");
        if (text === "secret") throw new Error("/etc/secret");
        return text;
      },
      name,
      greeting,
      { apiName: "fail" },
    );
    go.click(
      async function* (_text: string, { signal }) {
        signal.addEventListener("abort", () => waiting.aborted());
        for (let n = 0; ; n++) {
          yield `${n}`.padEnd(1 << 20);
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
      name,
      greeting,
      { apiName: "flood" },
    );
    go.click((text: string) => text, name, greeting, { apiName: "hidden", apiVisibility: "private" });
    go.click((text: string) => text, name, greeting, { apiName: "quiet", apiVisibility: "undocumented" });
    go.click(
      (_text: string, { signal }) =>
        new Promise<string>((resolve) => {
          waiting.started();
          signal.addEventListener("abort", () => {
            waiting.aborted();
            resolve("late");
          });
        }),
      name,
      greeting,
      { apiName: "wait" },
    );
  });
}

/** Where calls go, and the headers they have. */
interface CallTarget {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls an endpoint. */
export function post({ url, headers = {} }: CallTarget, endpoint: string, parameters: unknown) {
  return fetch(`${url}/api/${endpoint}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof parameters === "string" ? parameters : JSON.stringify(parameters),
  });
}

/** Calls an endpoint and reads its JSON. */
export async function call(target: CallTarget, endpoint: string, parameters: unknown) {
  const response = await post(target, endpoint, parameters);
  return {
    status: response.status,
    body: (await response.json()) as { data?: Record<string, never>; error?: object },
  };
}

/** The events of an answer. */
export function parseEvents(text: string) {
  return text
    .split("\n\n")
    .filter((block) => block.startsWith("event: "))
    .map((block) => {
      const [first = "", second = ""] = block.split("\n");
      return { event: first.slice(7), data: JSON.parse(second.slice(6)) as object };
    });
}

/** A server on this machine that gives one file. */
export async function serveOnce(content: Buffer) {
  const server = createServer((_request, response) => void response.end(content));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
