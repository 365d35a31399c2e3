import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";

const bin = fileURLToPath(new URL("../../../bin/vitrine.mjs", import.meta.url));
const sourceFlags = ["--conditions=@vitrine/source", "--import", import.meta.resolve("tsx")];

/** A folder of a user's own, outside this repository, with scripts in it. */
export class ScriptFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(files: Readonly<Record<string, string>>): Promise<ScriptFolder> {
    const folder = new ScriptFolder(await mkdtemp(join(tmpdir(), "vitrine-cli-")));
    for (const [name, text] of Object.entries(files)) await folder.write(name, text);
    return folder;
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(join(this.path, name), text);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.path, { recursive: true });
  }
}

/** The command line in a process of its own. */
export class Command {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  output = "";
  readonly #waiting = new Set<() => void>();

  constructor(folder: ScriptFolder, args: readonly string[]) {
    this.#child = spawn(process.execPath, [...sourceFlags, bin, ...args], { cwd: folder.path });
    const take = (text: Buffer): void => {
      this.output += text.toString();
      for (const check of this.#waiting) check();
    };
    this.#child.stdout?.on("data", take);
    this.#child.stderr?.on("data", take);
    this.ended = once(this.#child, "close").then(([code]) => code as number | null);
  }

  /** Resolves with the first match of what it prints; fails when it ends without having printed it. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((resolve) => {
      const check = (): void => {
        const match = pattern.exec(this.output);
        if (!match) return;
        this.#waiting.delete(check);
        resolve(match);
      };
      this.#waiting.add(check);
      check();
    });
    const ended = this.ended.then((code) => {
      const match = pattern.exec(this.output);
      if (match) return match;
      throw new Error(`The command ended with ${code} and never printed ${pattern.source}:\n${this.output}`);
    });
    return Promise.race([found, ended]);
  }

  /** Where it serves. */
  async url(): Promise<string> {
    return (await this.printed(/Running on (\S+)/))[1] ?? "";
  }

  kill(signal: NodeJS.Signals = "SIGTERM"): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.ended;
  }
}

interface Message {
  readonly type: string;
  readonly [key: string]: unknown;
}

function isFailure(message: Message): boolean {
  const { stage } = (message["status"] ?? {}) as { stage?: string };
  return stage === "failed";
}

/** A page without a browser. */
export class Page {
  readonly #socket: WebSocket;
  readonly messages: Message[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(url: string, app?: string) {
    this.#socket = new WebSocket(`${url.replace("http", "ws")}/socket`);
    this.#socket.on("open", () => this.send({ type: "hello", version: 1, app }));
    this.#socket.on("message", (data: Buffer) => {
      const [, message] = JSON.parse(data.toString()) as [number, Message];
      this.messages.push(message);
      for (const check of this.#waiting) check();
    });
  }

  /** @param app fingerprint of the app the page has */
  static async open(url: string, app?: string): Promise<Page> {
    const page = new Page(url, app);
    await page.find((message) => message.type === "welcome");
    return page;
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  find(isWanted: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      const check = (): void => {
        const found = this.messages.find(isWanted);
        if (!found) return;
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Runs the app's first listener and returns what its first output gets. For a State a page sends `null`. */
  async run(...payloads: readonly unknown[]): Promise<unknown> {
    const jobId = `job-${this.messages.length}-${Date.now()}`;
    this.send({ type: "run", jobId, listenerId: "l0", payloads });
    const ended = await this.find(
      (message) => message["jobId"] === jobId && (message.type === "output" || isFailure(message)),
    );
    if (ended.type !== "output") throw new Error(JSON.stringify(ended));
    return (ended["updates"] as { payload: unknown }[])[0]?.payload;
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}
