import { connect } from "node:net";
import { App, type Logger } from "@vitrine/core";
import { Slider } from "@vitrine/components";
import { launchSite, type LaunchedSite, type LaunchOptions } from "../launch/launch.ts";

/** An app with one slider that is doubled into another when it is released. */
export function doubler(options: { readonly slowMs?: number; readonly title?: string } = {}): App {
  return new App({ title: options.title ?? "Doubler" }, () => {
    const input = new Slider({ label: "In", maximum: 50 });
    const output = new Slider({ label: "Out", maximum: 100 });
    const double = async (value: number) => {
      if (options.slowMs !== undefined) await new Promise((resolve) => setTimeout(resolve, options.slowMs));
      return value * 2;
    };
    input.release(double, input, output);
  });
}

export interface OpenSite extends LaunchedSite {
  /** What the server logged. */
  readonly logged: readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** A launched server on a free port. */
export async function openSite(app: App = doubler(), options: LaunchOptions = {}): Promise<OpenSite> {
  const logged: string[] = [];
  const write = (message: string, details?: object): void =>
    void logged.push(`${message} ${JSON.stringify(details ?? {})}`);
  const log: Logger = { info: write, warn: write, error: write };
  const launched = await launchSite(app, { port: 0, quiet: true, log, ...options });
  return { ...launched, logged, [Symbol.asyncDispose]: () => launched.close() };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends bytes as they are: fetch and http.request would tidy up paths and headers. */
export function sendRaw(port: number, request: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
      // An upgraded connection does not close by itself.
      if (text.startsWith("HTTP/1.1 101") && text.includes("\r\n\r\n")) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(parseAnswer(text)));
    socket.write(request);
  });
}

/** A GET request with these headers, closing afterwards. */
export function get(path: string, headers: Readonly<Record<string, string>> = {}): string {
  return request("GET", path, headers);
}

export function request(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): string {
  const lines = Object.entries({ Host: "127.0.0.1", Connection: "close", ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}

/** A request to become a WebSocket. */
export function upgrade(path: string, headers: Readonly<Record<string, string>> = {}): string {
  return request("GET", path, {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    ...headers,
  });
}

function parseAnswer(text: string): RawAnswer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const;
  });
  return {
    status: Number(statusLine.split(" ")[1] ?? 0),
    headers: Object.fromEntries(headers),
    body: rest.join("\r\n\r\n"),
  };
}
