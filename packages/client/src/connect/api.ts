import {
  fileRefSchema,
  VitrineError,
  type ApiDescription,
  type EndpointDescription,
  type FileRef,
} from "@vitrine/core";
import { apiDescriptionSchema } from "@vitrine/core/api-snippets";
import * as v from "valibot";
import type { SessionKey } from "../connection.ts";
import { toError } from "./to-error.ts";

const refusalSchema = v.object({
  error: v.object({ code: v.string(), message: v.string(), hint: v.optional(v.string()) }),
});

/** What an app answers beside its socket. */
export class Api {
  readonly #base: URL;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(base: URL, headers: Readonly<Record<string, string>>) {
    this.#base = base;
    this.#headers = headers;
  }

  /** @throws APP_UNREACHABLE, and what the server answers */
  async describe(): Promise<ApiDescription> {
    const answer = await this.#fetch("api.json");
    return parseWith(apiDescriptionSchema, await answer.json(), this.#base);
  }

  /** One endpoint, which may be one that is listed nowhere. @throws UNKNOWN_ENDPOINT */
  async describeEndpoint(name: string): Promise<EndpointDescription> {
    const answer = await this.#fetch(`api.json?endpoint=${encodeURIComponent(name)}`);
    const { endpoints } = parseWith(apiDescriptionSchema, await answer.json(), this.#base);
    const [endpoint] = endpoints;
    if (endpoint) return endpoint;
    throw new VitrineError("UNKNOWN_ENDPOINT", { message: `This app has no endpoint "${name}".` });
  }

  /** @throws FILE_TOO_LARGE, FILE_QUOTA, … */
  async upload(
    file: Blob & { readonly name?: string },
    { id, secret }: SessionKey,
    signal?: AbortSignal,
  ): Promise<FileRef> {
    const answer = await this.#fetch(`upload?name=${encodeURIComponent(file.name ?? "file")}`, {
      method: "POST",
      body: file,
      headers: {
        "x-vitrine-session": `${id}.${secret}`,
        ...(file.type ? { "content-type": file.type } : {}),
      },
      ...(signal ? { signal } : {}),
    });
    return parseWith(fileRefSchema, await answer.json(), this.#base);
  }

  async download(ref: FileRef): Promise<Blob> {
    return (await this.#fetch(ref.url)).blob();
  }

  async #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(path, this.#base);
    const headers = { ...this.#headers, ...(init.headers as Record<string, string> | undefined) };
    let answer: Response;
    try {
      answer = await fetch(url, { ...init, headers });
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      throw new VitrineError("APP_UNREACHABLE", { message: `Nothing answers at ${this.#base.href}.`, cause });
    }
    if (answer.ok) return answer;
    const refusal = v.safeParse(refusalSchema, await answer.json().catch(() => undefined));
    if (refusal.success) throw toError(refusal.output.error);
    throw notAnApp(this.#base, `${answer.status} ${answer.statusText}`);
  }
}

function parseWith<TOutput>(schema: v.GenericSchema<unknown, TOutput>, value: unknown, base: URL): TOutput {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw notAnApp(base, "something else");
}

function notAnApp({ href }: URL, got: string): VitrineError {
  return new VitrineError("APP_UNREACHABLE", { message: `Expected a Vitrine app at ${href}, got ${got}.` });
}
