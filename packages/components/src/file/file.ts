import { readFile } from "node:fs/promises";
import {
  Component,
  eventMethod,
  VitrineError,
  type ComponentContext,
  type ComponentOptions,
  type FileRef,
  type JsonObject,
  type Preview,
  type Props,
  type RequiredOption,
  type TriggerMethod,
} from "@vitrine/core";
import { heightProps, type CssSize } from "../shared/css-size.ts";
import { describeValue } from "../shared/describe-value.ts";
import { exampleFile } from "../shared/example-file.ts";
import { describeTypes, isKnownFileType, isOfType } from "../shared/file-types.ts";
import type { Received } from "../shared/required.ts";
import { filePayloadSchema, maxFiles, type FilePayload } from "./file-payload.ts";

/** A file that a visitor uploaded, on the server's disk until the session ends. */
export interface UploadedFile {
  readonly path: string;
  /** As the visitor named it. */
  readonly name: string;
  readonly sizeBytes: number;
  /** By its content. */
  readonly mimeType: string;
}

/** The content of a file that a visitor uploaded. */
export interface UploadedBytes {
  readonly bytes: Buffer;
  /** As the visitor named it. */
  readonly name: string;
  readonly sizeBytes: number;
  /** By its content. */
  readonly mimeType: string;
}

/** What a function receives for each `type`. */
export interface FileInputs {
  readonly filepath: UploadedFile;
  readonly binary: UploadedBytes;
}

/** A file to offer: the path of a file of the app, or content with a name. */
export type FileOutput =
  | string
  | URL
  | { readonly path: string; readonly name?: string }
  | { readonly bytes: Uint8Array; readonly name: string };

export type FileValue = FileOutput | readonly FileOutput[] | null;
export type FileCount = "single" | "multiple" | "directory";

export interface FileOptions<
  TType extends keyof FileInputs = keyof FileInputs,
  TCount extends FileCount = FileCount,
  TRequired extends boolean = boolean,
>
  extends ComponentOptions<FileValue>, RequiredOption<TRequired> {
  /**
   * One file, any number in an order, or all files of a folder and the folders in it. Of a folder the files that
   * `fileTypes` does not name are left out, and each keeps its own name only.
   *
   * @default "single"
   */
  readonly fileCount?: TCount;
  /**
   * Types taken: extensions (`".pdf"`), `"image"`, `"audio"`, `"video"`, `"text"`, or MIME types; checked in the page
   * and again on the server, there by content.
   *
   * @default every type
   */
  readonly fileTypes?: readonly string[];
  /** What your function receives: `"filepath"`, `{ path, name, sizeBytes, mimeType }`; `"binary"`, `{ bytes, … }`. @default "filepath" */
  readonly type?: TType;
  /** Visitors may change the order. @default false */
  readonly allowReordering?: boolean;
  /** Height of the list; more files scroll. @default as high as its files */
  readonly height?: CssSize;
  /** Shown where files can be dropped. @default "Drop a file here" */
  readonly placeholder?: string;
}

type FileIn<
  TType extends keyof FileInputs,
  TCount extends FileCount,
  TRequired extends boolean,
> = TCount extends "single" ? Received<FileInputs[TType], TRequired> : FileInputs[TType][];

/**
 * Files: visitors upload them, or download what your function returned. With `fileCount: "multiple"` or `"directory"`
 * your function receives an array, which with `required: false` may be empty; otherwise one file, or with `required: false` `null`.
 *
 * @throws OPTION_INVALID for a file type that is none
 * @example new File({ fileCount: "multiple", fileTypes: ["image", ".pdf"] })
 */
export class File<
  const TType extends keyof FileInputs = "filepath",
  const TCount extends FileCount = "single",
  const TRequired extends boolean = true,
> extends Component<FileIn<TType, TCount, TRequired>, FileValue, FilePayload> {
  readonly type = "file";
  override readonly events = ["change", "input", "select", "clear", "upload", "delete", "download"];
  declare readonly options: FileOptions<TType, TCount, TRequired>;
  readonly payloadSchema = filePayloadSchema;
  readonly emptyPayload: FilePayload = [];
  readonly change: TriggerMethod = eventMethod(this, "change");
  readonly input: TriggerMethod = eventMethod(this, "input");
  /** The visitor clicked a file; its event data are `{ index, value: name }`. */
  readonly select: TriggerMethod = eventMethod(this, "select");
  /** The visitor removed all files. */
  readonly clear: TriggerMethod = eventMethod(this, "clear");
  /** Files were uploaded. */
  readonly upload: TriggerMethod = eventMethod(this, "upload");
  /** The visitor removed one file; its event data are `{ index, value: name }`. */
  readonly delete: TriggerMethod = eventMethod(this, "delete");
  /** The visitor downloaded a file; its event data are `{ index, value: name }`. */
  readonly download: TriggerMethod = eventMethod(this, "download");

  constructor(options: FileOptions<TType, TCount, TRequired> = {}) {
    super(options);
    const unknown = options.fileTypes?.find((type) => !isKnownFileType(type));
    if (unknown !== undefined) {
      throw new VitrineError("OPTION_INVALID", {
        message: `File: fileTypes expected extensions such as ".pdf", image, audio, video, text, file or MIME types, got ${JSON.stringify(unknown)}.`,
      });
    }
    heightProps(this.#height());
  }

  async preprocess(
    payload: FilePayload,
    context: ComponentContext,
  ): Promise<FileIn<TType, TCount, TRequired>> {
    const { fileCount = "single", required = true } = this.options;
    if (payload.length === 0 && required) {
      throw this.refuse("VALUE_REQUIRED", "expected a file, got none.", "Choose a file.");
    }
    if (fileCount === "single" && payload.length > 1) {
      throw this.refuse("PAYLOAD_INVALID", `expected one file, got ${payload.length}.`);
    }
    const received: FileInputs[keyof FileInputs][] = [];
    for (const ref of payload) received.push(await this.#receive(ref, context));
    // The compiler cannot follow the options into the type of the value.
    return (fileCount === "single" ? (received[0] ?? null) : received) as FileIn<TType, TCount, TRequired>;
  }

  async postprocess(value: FileValue, { files }: ComponentContext): Promise<FilePayload> {
    if (value === null || value === undefined) return [];
    const outputs: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (outputs.length > maxFiles) {
      throw this.refuse("VALUE_NOT_SHOWN", `shows at most ${maxFiles} files, got ${outputs.length}.`);
    }
    const refs: FileRef[] = [];
    for (const output of outputs) refs.push(await files.keep(this.#toNewFile(output)));
    return refs;
  }

  override filesIn(payload: FilePayload): readonly FileRef[] {
    return payload;
  }

  override jsonSchema(): JsonObject {
    const schema = super.jsonSchema();
    return (this.options.fileCount ?? "single") === "single" ? { ...schema, maxItems: 1 } : schema;
  }

  examplePayload(): FilePayload {
    return [exampleFile("report.pdf", "application/pdf")];
  }

  override preview(payload: FilePayload): Preview {
    return { text: payload.map((file) => file.name).join(", ") };
  }

  protected override ownProps(): Props {
    const { fileCount = "single", fileTypes = [], allowReordering = false, placeholder } = this.options;
    return {
      fileCount,
      fileTypes: [...fileTypes],
      allowReordering,
      required: this.options.required ?? true,
      ...(placeholder === undefined ? {} : { placeholder }),
      ...heightProps(this.#height()),
    };
  }

  async #receive(ref: FileRef, { files }: ComponentContext): Promise<FileInputs[keyof FileInputs]> {
    const { path, name, sizeBytes, mimeType } = await files.open(ref);
    const { fileTypes = [], type = "filepath" } = this.options;
    if (!isOfType({ name, mimeType }, fileTypes)) {
      throw this.refuse("FILE_TYPE", `expected ${describeTypes(fileTypes)}, got "${name}" (${mimeType}).`);
    }
    if (type === "filepath") return { path, name, sizeBytes, mimeType };
    return { bytes: await readFile(path), name, sizeBytes, mimeType };
  }

  #toNewFile(output: unknown) {
    if (typeof output === "string" || output instanceof URL) return { source: { path: String(output) } };
    if (typeof output === "object" && output !== null) {
      const name = "name" in output && typeof output.name === "string" ? output.name : undefined;
      if ("bytes" in output && output.bytes instanceof Uint8Array && name !== undefined) {
        return { source: { bytes: output.bytes }, name };
      }
      if ("path" in output && typeof output.path === "string") {
        return { source: { path: output.path }, ...(name === undefined ? {} : { name }) };
      }
    }
    throw this.refuse(
      "VALUE_NOT_SHOWN",
      `shows files, got ${describeValue(output)}.`,
      "Return a path, { path, name }, { bytes, name }, or an array of these.",
    );
  }

  #height(): { readonly height?: CssSize } {
    return this.options.height === undefined ? {} : { height: this.options.height };
  }
}
