import * as v from "valibot";
import { toFileId } from "../ids.ts";

/** How many bytes of a name are kept; file systems allow 255. */
const maxNameLength = 200;

/**
 * A payload that names an uploaded or produced file. Only `id` is ever trusted, and only when this server issued
 * it to the session that sends it; the rest is for showing.
 */
export const fileRefSchema = v.strictObject({
  kind: v.literal("file"),
  id: v.pipe(
    v.string(),
    v.regex(/^[a-f0-9]{64}$/, "a file reference issued by this server"),
    v.transform(toFileId),
  ),
  /** The original name, for showing and for downloads. */
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(maxNameLength)),
  sizeBytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  mimeType: v.pipe(v.string(), v.maxLength(120)),
  /** Where the page reads it, relative to the page. */
  url: v.pipe(v.string(), v.maxLength(1000)),
});

export type FileRef = v.InferOutput<typeof fileRefSchema>;

/** A file of this session on the server's disk. */
export interface StoredFile {
  readonly path: string;
  readonly name: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
}

/** Where the content of a new file comes from. */
export type FileSource = { readonly path: string } | { readonly bytes: Uint8Array };

export interface NewFile {
  readonly source: FileSource;
  /** Name to show and to download it by. @default the path's last part, or "file" */
  readonly name?: string;
  /** @default guessed from the name */
  readonly mimeType?: string;
}

/** The files of one session: the only door between components and the disk. */
export interface Files {
  /** The stored file behind a reference. @throws FILE_UNKNOWN when it was not issued to this session. */
  open(ref: FileRef): Promise<StoredFile>;
  /** Keeps a file for this session and returns the reference to show. @throws FILE_QUOTA */
  keep(file: NewFile): Promise<FileRef>;
}
