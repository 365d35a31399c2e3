import { Client } from "@gradio/client";
import { launch, type LaunchOptions } from "vitrine";
import { gradioApp, type Told } from "./gradio-app.ts";

/** What a submission tells, by `type`. */
interface Message {
  readonly type: string;
  readonly data: readonly unknown[];
  readonly level?: string;
  readonly log?: string;
  readonly title?: string;
  readonly progress_data?: readonly { readonly desc?: string | null }[];
}

interface Submission extends AsyncIterable<Message> {
  cancel(): Promise<void>;
}

interface EndpointInfo {
  readonly parameters: readonly object[];
  readonly returns: readonly object[];
}

/** A file as the client gives it. */
export interface GivenFile {
  readonly path: string;
  readonly url: string;
  readonly orig_name: string;
  readonly size: number;
}

/** What the tests use of the published client: its own types are lost, as their imports lack the extensions of files. */
export interface GradioClient {
  readonly config?: {
    readonly root: string;
    readonly dependencies: readonly { readonly id: number; readonly api_name: string }[];
  };
  predict(endpoint: string | number, data: unknown): Promise<{ readonly data: unknown }>;
  submit(endpoint: string | number, data: unknown): Submission;
  view_api(): Promise<{ readonly named_endpoints: Readonly<Record<string, EndpointInfo>> }>;
  upload_files(root: string, files: readonly Blob[]): Promise<{ readonly files?: readonly string[] }>;
  close(): void;
}

/** The app of these tests, at `/` or at a path below it. */
export interface ServedGradioApp extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  readonly told: Told;
  connect(): Promise<GradioClient>;
  /** A JSON body to an address below the app's. */
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly answer: unknown }>;
}

export async function serveGradioApp(
  options: LaunchOptions & { readonly path?: `/${string}` } = {},
): Promise<ServedGradioApp> {
  const { path, ...given } = options;
  const told: Told = { given: [], aborted: [] };
  const launched = await launch(path === undefined ? gradioApp(told) : gradioApp(), {
    port: 0,
    quiet: true,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    ...given,
    ...(path === undefined ? {} : { mount: { [path]: gradioApp(told) } }),
  });
  const url = `${launched.url}${path ?? ""}`;
  return {
    url,
    told,
    connect: () => Client.connect(url, { events: ["data", "status", "log"] }) as Promise<GradioClient>,
    async post(where, body) {
      const response = await fetch(`${url}${where}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      return { status: response.status, answer: await response.json() };
    },
    [Symbol.asyncDispose]: () => launched.close(),
  };
}

/** The values of an endpoint with one output, in order, until its end. */
export async function valuesOf(submission: AsyncIterable<Message>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const message of submission) if (message.type === "data") values.push(message.data[0]);
  return values;
}

/** What is in the first output. */
export async function firstOf(result: PromiseLike<{ readonly data: unknown }>): Promise<unknown> {
  const { data } = await result;
  return Array.isArray(data) ? (data[0] as unknown) : undefined;
}
