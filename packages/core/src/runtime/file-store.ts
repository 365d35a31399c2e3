import type { FileRef, Files, StoredFile } from "../component/file-ref.ts";
import type { FileId } from "../ids.ts";

/** Where the files of sessions are kept. Given to the runtime from outside. */
export interface FileStore {
  /** The files of a session, or of the app itself (`"app"`: first values and examples, readable by every session). */
  of(owner: string): OwnedFiles;
  /** The files whose urls carry this key, which is unguessable. */
  byUrlKey(urlKey: string): OwnedFiles | undefined;
  /** Deletes the files of a session. */
  drop(owner: string): Promise<void>;
  close(): Promise<void>;
}

/** The files of one owner. References issued to another owner are unknown here, even for the same content. */
export interface OwnedFiles extends Files {
  /** Part of the urls of these files: `files/<urlKey>/<id>/<name>`, relative to the page. */
  readonly urlKey: string;
  /** Keeps what a visitor uploads. @throws FILE_TOO_LARGE, FILE_QUOTA, UPLOAD_CUT; nothing is left behind then */
  receive(upload: Upload): Promise<FileRef>;
  /** The file with this id, if it was issued to this owner. */
  locate(id: FileId): StoredFile | undefined;
}

export interface Upload {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly name: string;
  /** As the browser declared it; checked against nothing, so components look at the content. */
  readonly mimeType: string;
  /** What the sender said it would send; fewer bytes mean the upload was cut. */
  readonly sizeBytes: number | undefined;
  readonly maxBytes: number;
}
