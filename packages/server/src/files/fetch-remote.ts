import type { LookupAddress } from "node:dns";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { extname } from "node:path";
import { pipeline, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { VitrineError, type FileRef, type OwnedFiles } from "@vitrine/core";
import contentDisposition from "content-disposition";
import { checkedAddresses, refused, type AddressPolicy } from "./public-address.ts";
import { tooLarge } from "./write-content.ts";

export interface FetchPolicy extends AddressPolicy {
  /** Larger files are not kept; counted as they are unpacked. */
  readonly maxBytes: number;
  /** The whole of it takes no longer, redirects included, in milliseconds. @default 60000 */
  readonly timeoutMs?: number;
}

export interface FetchTarget {
  /** The session that gets the file. */
  readonly files: OwnedFiles;
  /** Name to show and to download it by. @default what the server calls it, else the last part of the address */
  readonly name?: string | undefined;
  /** Aborts when nobody waits for it any more. */
  readonly signal?: AbortSignal;
}

const maxRedirects = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches a file for a session. Only addresses of the public internet are connected to, and exactly those that were
 * looked at, after each redirect anew: so no visitor reaches through the server what only the server can reach. It
 * sends no cookies and no credentials.
 *
 * @throws FILE_FETCH_REFUSED, FILE_FETCH_FAILED, FILE_TOO_LARGE, FILE_QUOTA; nothing is left behind then
 */
export async function fetchRemote(
  address: string,
  target: FetchTarget,
  policy: FetchPolicy,
): Promise<FileRef> {
  const timeout = AbortSignal.timeout(policy.timeoutMs ?? 60_000);
  const signal = target.signal ? AbortSignal.any([timeout, target.signal]) : timeout;
  const { response, url } = await follow(parseAddress(address), policy, signal);
  try {
    const sizeBytes = declaredSize(response);
    if (sizeBytes !== undefined && sizeBytes > policy.maxBytes) throw tooLarge(policy.maxBytes);
    return await target.files.receive({
      chunks: contentOf(response, signal),
      name: target.name ?? nameOf(response, [address, url.href]),
      mimeType: response.headers["content-type"] ?? "",
      sizeBytes: isPacked(response) ? undefined : sizeBytes,
      maxBytes: policy.maxBytes,
    });
  } finally {
    response.destroy();
  }
}

interface Followed {
  readonly response: IncomingMessage;
  /** Where it came from in the end. */
  readonly url: URL;
}

async function follow(first: URL, policy: FetchPolicy, signal: AbortSignal): Promise<Followed> {
  let url = first;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await connect(url, await unlessAborted(checkedAddresses(url, policy), signal), signal);
    const status = response.statusCode ?? 0;
    if (status === 200) return { response, url };
    response.destroy();
    if (!redirects.has(status)) throw failed(`the other server answered ${status}`);
    const { location } = response.headers;
    if (location === undefined || !URL.canParse(location, url)) throw failed("a redirect leads nowhere");
    const next = new URL(location, url);
    if (url.protocol === "https:" && next.protocol === "http:")
      throw refused("a redirect leads from https to http");
    url = next;
  }
  throw failed(`there were more than ${maxRedirects} redirects`);
}

/** A connection of its own for each request: none that was opened for someone else is used again. */
function connect(
  url: URL,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      agent: false,
      signal,
      lookup: only(addresses),
      headers: { accept: "*/*", "accept-encoding": "identity", "user-agent": "vitrine" },
    });
    sent.once("response", (response) => {
      // What breaks while nobody reads, as after a redirect, is nobody's concern.
      response.on("error", () => undefined);
      resolve(response);
    });
    // Stays: an error may follow the answer.
    sent.on("error", (cause) => reject(failed(describeCause(signal), cause)));
    sent.end();
  });
}

/** Answers with the addresses that were looked at, whatever the name means by now. */
function only(addresses: readonly LookupAddress[]): LookupFunction {
  return (_name, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family);
  };
}

async function* contentOf(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const unpacker = unpackerOf(response);
  // With a callback a failure ends both, and is thrown by the loop below.
  const content = unpacker ? pipeline(response, unpacker, () => undefined) : response;
  try {
    for await (const chunk of content) yield chunk as Uint8Array;
  } catch (cause) {
    throw failed(describeCause(signal), cause);
  }
}

function unpackerOf({ headers }: IncomingMessage): Transform | undefined {
  const encoding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "") return undefined;
  if (encoding === "gzip" || encoding === "x-gzip") return createGunzip();
  if (encoding === "deflate") return createInflate();
  if (encoding === "br") return createBrotliDecompress();
  throw failed("the other server packed it in a way that was not asked for");
}

function isPacked({ headers }: IncomingMessage): boolean {
  return headers["content-encoding"] !== undefined;
}

function declaredSize({ headers }: IncomingMessage): number | undefined {
  const size = headers["content-length"];
  return size !== undefined && /^\d{1,15}$/.test(size) ? Number(size) : undefined;
}

/** The first that says what kind of file it is, or the first. */
function nameOf({ headers }: IncomingMessage, addresses: readonly string[]): string {
  const names = [givenName(headers["content-disposition"]), ...addresses.map(lastPart)];
  return names.find((name) => extname(name) !== "") ?? names.find((name) => name !== "") ?? "file";
}

function givenName(header: string | undefined): string {
  try {
    return header === undefined ? "" : (contentDisposition.parse(header).parameters["filename"] ?? "");
  } catch {
    return "";
  }
}

function lastPart(address: string): string {
  const part = new URL(address).pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function parseAddress(address: string): URL {
  if (!URL.canParse(address)) throw refused("expected an http or https address");
  return new URL(address);
}

function unlessAborted<TResult>(work: Promise<TResult>, signal: AbortSignal): Promise<TResult> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(failed(describeCause(signal)));
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    if (signal.aborted) abort();
  });
}

function describeCause(signal: AbortSignal): string {
  return signal.aborted ? "it took too long" : "the connection to the other server failed";
}

function failed(reason: string, cause?: unknown): VitrineError {
  return new VitrineError("FILE_FETCH_FAILED", {
    message: `The file could not be fetched: ${reason}.`,
    cause,
  });
}
