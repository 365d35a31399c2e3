import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** What a server of a benchmark says of itself. */
export interface Usage {
  readonly rssBytes: number;
  readonly cpuMs: number;
  /** Sizes of everything that could grow with visitors, by name. */
  readonly census: Readonly<Record<string, number>>;
}

/** A server under measurement, in a process of its own. */
export interface ServerProcess {
  readonly port: number;
  usage(): Promise<Usage>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Servers that run without a compiler beside them: for what they take to start and to be. */
type PlainServer = "gradio-vitrine-server" | "gradio-bare-server";

/** Starts `bench/lib/<name>`, which sends its port when it listens. */
export async function startServer(
  name: "vitrine-server" | "bare-server" | PlainServer,
): Promise<ServerProcess> {
  const isPlain = name.startsWith("gradio-");
  const child = fork(join(import.meta.dirname, `${name}${isPlain ? ".mjs" : ".ts"}`), {
    execArgv: ["--expose-gc", ...(isPlain ? [] : ["--import", "tsx"])],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const port = await nextMessage<number>(child);
  return {
    port,
    async usage() {
      child.send("usage");
      return nextMessage<Usage>(child);
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** Answers questions about usage, in the server's process. */
export function answerUsage(census: () => Usage["census"]): void {
  process.on("message", () => {
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    process.send?.({
      rssBytes: process.memoryUsage.rss(),
      cpuMs: (user + system) / 1000,
      census: census(),
    } satisfies Usage);
  });
}

async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, "message")) as [T];
  return message;
}
