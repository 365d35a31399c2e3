import { App, type AppOptions } from "../app/app.ts";
import { compileApp } from "../app/compile-app.ts";
import type { Build } from "../app/layout.ts";
import type { JobContext } from "../app/job-context.ts";
import { eventMethod, type ListenerOptions, type TriggerMethod } from "../app/listener.ts";
import { Component } from "../component/component.ts";
import type { ComponentOptions } from "../component/options.ts";
import { AppHost, type AppHostOptions } from "../runtime/app-host.ts";
import { createEmbeddedEngine } from "../runtime/embedded/embedded-engine.ts";
import type { FileStore } from "../runtime/file-store.ts";
import type { Logger } from "../runtime/ports.ts";
import { createHash, randomBytes } from "node:crypto";
import * as v from "valibot";
import { ManualClock } from "./manual-clock.ts";
import { TestPage } from "./test-page.ts";

/** The plainest component there is: text in, text out. */
export class TextField extends Component<string, string | null, string> {
  readonly type = "text-field";
  override readonly events = ["change", "submit"];
  readonly payloadSchema = v.pipe(v.string(), v.maxLength(100_000));
  readonly emptyPayload = "";
  readonly change: TriggerMethod = eventMethod(this, "change");
  readonly submit: TriggerMethod = eventMethod(this, "submit");

  constructor(options: ComponentOptions<string | null> & { readonly hint?: string } = {}) {
    super(options);
  }

  preprocess(payload: string): string {
    if (payload === "refused") throw this.refuse("VALUE_OUT_OF_RANGE", "expected anything else.");
    return payload;
  }

  postprocess(value: string | null): string {
    if (value === null) return "";
    if (typeof value !== "string") throw this.refuse("VALUE_NOT_SHOWN", `shows text, got ${typeof value}.`);
    return value;
  }

  examplePayload(): string {
    return "hello";
  }

  protected override ownProps(): { hint?: string } {
    const { hint } = this.options as { hint?: string };
    return hint === undefined ? {} : { hint };
  }
}

/** A store for apps that have no files. */
const noFiles: FileStore = {
  of: () => ({
    urlKey: "none",
    open: () => Promise.reject(new Error("no files here")),
    keep: () => Promise.reject(new Error("no files here")),
    receive: () => Promise.reject(new Error("no files here")),
    locate: () => undefined,
  }),
  byUrlKey: () => undefined,
  drop: async () => undefined,
  close: async () => undefined,
};

export interface OpenHost {
  readonly host: AppHost;
  readonly clock: ManualClock;
  readonly logged: string[];
  /** Opens a page; it says hello by itself. */
  page(): Promise<TestPage>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface OpenHostOptions extends Partial<AppHostOptions> {
  readonly appOptions?: AppOptions;
  readonly sessionCapacity?: number;
}

/** A running app with time under control and pages in memory. */
export async function openHost(build: Build, options: OpenHostOptions = {}): Promise<OpenHost> {
  const clock = new ManualClock();
  const ids = {
    createId: () => randomBytes(16).toString("base64url"),
    createSecret: () => randomBytes(32).toString("base64url"),
    hash: (secret: string) => createHash("sha256").update(secret).digest("hex"),
  };
  const logged: string[] = [];
  const write = (message: string): void => void logged.push(message);
  const log: Logger = { info: write, warn: write, error: write };
  const { appOptions = {}, sessionCapacity, ...hostOptions } = options;
  const engine = createEmbeddedEngine({
    clock,
    ids,
    ...(sessionCapacity === undefined ? {} : { sessionCapacity }),
  });
  const app = compileApp(new App(appOptions, build));
  const host = await AppHost.start({ app, engine, clock, ids, log, files: noFiles, ...hostOptions });
  return {
    host,
    clock,
    logged,
    page: () => TestPage.open(host),
    async [Symbol.asyncDispose]() {
      await host.close();
      await engine.close();
    },
  };
}

/** An app of one listener from a field to another. Block b0 is the app, b1 the input, b2 the output. */
export function oneListener(
  fn: (text: string, context: JobContext) => unknown,
  options: ListenerOptions = {},
  hostOptions: OpenHostOptions = {},
): Promise<OpenHost> {
  return openHost(() => {
    const input = new TextField({ label: "In" });
    const output = new TextField({ label: "Out" });
    input.submit(fn as () => string, input, output, options);
  }, hostOptions);
}
