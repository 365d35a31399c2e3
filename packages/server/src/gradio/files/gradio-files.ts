import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  toFileId,
  VitrineError,
  type Clock,
  type FileRef,
  type FileStore,
  type Json,
  type JsonObject,
  type OwnedFiles,
  type StoredFile,
  type Unsubscribe,
} from "@vitrine/core";
import { isDataUrl, keepDataUrl } from "../../files/data-url.ts";
import { fetchRemote, type FetchPolicy } from "../../files/fetch-remote.ts";

const meta = { _type: "gradio.FileData" } as const;
/** As session files are called in urls; names are for showing only. */
const issuedPath = /^([\w-]{32})\/([a-f\d]{64})\/[^/]+$/;
/** Uploads that wait to be used, at most; the oldest gives way. */
const maxUploads = 5000;

export interface GradioFilesOptions {
  readonly store: FileStore;
  readonly clock: Clock;
  /** How long an upload is kept, in milliseconds. */
  readonly uploadTtlMs: number;
  readonly policy: FetchPolicy;
}

/** Whose file is asked for, and where the client reaches the app. */
export interface FileTaker {
  readonly files: OwnedFiles;
  readonly root: string;
  /** Aborts when nobody waits for the file any more. */
  readonly signal: () => AbortSignal;
}

interface UploadOwner {
  readonly name: string;
  readonly files: OwnedFiles;
  readonly stopTimer: Unsubscribe;
}

/**
 * The files of Gradio's clients. They upload before they have a session, so each upload belongs to nobody until a call
 * names the path it was answered; and a call may name nothing else of this server.
 */
export class GradioFiles {
  readonly #options: GradioFilesOptions;
  readonly #uploads = new Map<string, UploadOwner>();

  constructor(options: GradioFilesOptions) {
    this.#options = options;
  }

  /** Where the files of one upload request go. */
  beginUpload(): OwnedFiles {
    const { store, clock, uploadTtlMs } = this.#options;
    const [oldest] = this.#uploads.keys();
    if (oldest !== undefined && this.#uploads.size >= maxUploads) this.#drop(oldest);
    const name = `gradio-upload-${randomBytes(24).toString("base64url")}`;
    const files = store.of(name);
    const stopTimer = clock.setTimer(uploadTtlMs, () => this.#drop(files.urlKey));
    this.#uploads.set(files.urlKey, { name, files, stopTimer });
    return files;
  }

  /** The file a path names, for a download: whoever knows the path was given it. */
  locate(path: string): { readonly file: StoredFile; readonly id: string } | undefined {
    const [, urlKey, id] = issuedPath.exec(path) ?? [];
    if (urlKey === undefined || id === undefined) return undefined;
    const file = this.#options.store.byUrlKey(urlKey)?.locate(toFileId(id));
    return file && { file, id };
  }

  /**
   * A file as a client names it, as a file of its session.
   *
   * @throws FILE_UNKNOWN for what was not issued to it, PAYLOAD_INVALID, FILE_FETCH_REFUSED, FILE_FETCH_FAILED
   */
  async take(wire: Json, taker: FileTaker): Promise<FileRef> {
    const { path, url, name } = readFileData(wire);
    const source = path ?? url ?? "";
    const { policy } = this.#options;
    const named = name === undefined ? {} : { name };
    if (isDataUrl(source))
      return keepDataUrl(source, { files: taker.files, maxBytes: policy.maxBytes, ...named });
    const own = ownPath(source, taker.root);
    if (own !== undefined) return this.#takeIssued(own, taker, name);
    if (/^https?:\/\//i.test(source)) {
      return fetchRemote(source, { files: taker.files, ...named, signal: taker.signal() }, policy);
    }
    return this.#takeIssued(source, taker, name);
  }

  close(): void {
    for (const urlKey of this.#uploads.keys()) this.#drop(urlKey);
  }

  async #takeIssued(path: string, taker: FileTaker, name: string | undefined): Promise<FileRef> {
    const [, urlKey, id] = issuedPath.exec(path) ?? [];
    const { store } = this.#options;
    if (urlKey !== undefined && id !== undefined) {
      for (const files of [taker.files, store.of("app")]) {
        const file = urlKey === files.urlKey ? files.locate(toFileId(id)) : undefined;
        if (file) return toRef(file, { id, urlKey });
      }
      const upload = this.#uploads.get(urlKey)?.files.locate(toFileId(id));
      if (upload) return copyTo(taker.files, upload, name);
    }
    throw new VitrineError("FILE_UNKNOWN", {
      message: "Expected a file that was uploaded here, got another.",
    });
  }

  #drop(urlKey: string): void {
    const upload = this.#uploads.get(urlKey);
    if (!upload) return;
    this.#uploads.delete(urlKey);
    upload.stopTimer();
    void this.#options.store.drop(upload.name);
  }
}

/** A file as clients are given it: by a path they send back as it is, and by an address they can open. */
export function toFileData(ref: FileRef, root: string): JsonObject {
  const path = pathOf(ref);
  return {
    path,
    url: fileUrl(root, path),
    size: ref.sizeBytes,
    orig_name: ref.name,
    mime_type: ref.mimeType,
    is_stream: false,
    meta,
  };
}

/** The path of a stored file. Python's client asks for it as it stands, so nothing in it may mean something in a url. */
export function pathOf(ref: FileRef): string {
  const [, urlKey, id] = ref.url.split("/");
  const name = ref.name.replace(/[#?%&<>:"/\\|*`$!{}\p{Cc}]/gu, "").replace(/^\.+/, "");
  return `${urlKey}/${id}/${name === "" ? "file" : name}`;
}

/** Whether a value says of itself that it is a file. */
export function claimsToBeFile(value: Json): value is JsonObject {
  return (
    isObject(value) &&
    isObject(value["meta"] ?? null) &&
    (value["meta"] as JsonObject)["_type"] === meta._type
  );
}

function fileUrl(root: string, path: string): string {
  return `${root}/gradio_api/file=${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** A path out of an address this server gave. */
function ownPath(source: string, root: string): string | undefined {
  const start = `${root}/gradio_api/file=`;
  if (!source.startsWith(start)) return undefined;
  try {
    return decodeURIComponent(source.slice(start.length));
  } catch {
    return undefined;
  }
}

interface NamedFile {
  readonly path: string | undefined;
  readonly url: string | undefined;
  readonly name: string | undefined;
}

/** Only these are read of what a client says; type and size are looked at anew. @throws PAYLOAD_INVALID */
function readFileData(wire: Json): NamedFile {
  if (typeof wire === "string") return { path: wire, url: undefined, name: undefined };
  if (!isObject(wire)) throw notFile("another value");
  const { path = null, url = null, meta: said = null, orig_name: origName = null } = wire;
  if (said !== null && !claimsToBeFile(wire)) throw notFile("an object with another meta");
  const isText = (value: Json): value is string | null => value === null || typeof value === "string";
  if (!isText(path) || !isText(url)) throw notFile("an object whose path or url is no text");
  if (!path && !url) throw notFile("an object without path and url");
  const name = typeof origName === "string" ? origName.split(/[/\\]/).at(-1) : undefined;
  return { path: path || undefined, url: url || undefined, name: name || undefined };
}

function notFile(what: string): VitrineError {
  return new VitrineError("PAYLOAD_INVALID", {
    message: `Expected a file as { "path": …, "meta": { "_type": "gradio.FileData" } }, got ${what}.`,
    hint: "Upload the file first, or give an http(s) address.",
  });
}

function toRef(file: StoredFile, { id, urlKey }: { readonly id: string; readonly urlKey: string }): FileRef {
  const { name, sizeBytes, mimeType } = file;
  const url = `files/${urlKey}/${id}/${encodeURIComponent(name)}`;
  return { kind: "file", id: toFileId(id), name, sizeBytes, mimeType: mimeType.slice(0, 120), url };
}

/** The upload stays where it is: a client may name it in more than one call. */
function copyTo(files: OwnedFiles, file: StoredFile, name: string | undefined): Promise<FileRef> {
  return files.receive({
    chunks: createReadStream(file.path),
    name: name ?? file.name,
    mimeType: file.mimeType,
    sizeBytes: file.sizeBytes,
    maxBytes: Infinity,
  });
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
