import type { FileRef } from "@vitrine/core";
import { useEffect, useRef, useState } from "preact/hooks";
import { describeTypes, isOfType } from "../file-types.ts";
import { formatBytes } from "./format-bytes.ts";
import type { PageServices } from "./view.ts";

/** A file on its way, or one that did not arrive. */
export interface PendingUpload {
  readonly id: number;
  readonly name: string;
  /** From 0 to 1. */
  readonly fraction: number;
  /** Why it did not arrive. */
  readonly failure: string | undefined;
}

export interface UploadsOptions {
  readonly page: PageServices;
  /** Types taken; empty for every type. */
  readonly fileTypes: readonly string[];
  /** Only the first of several files is taken, and a new one takes the place of one on its way. */
  readonly isSingle: boolean;
  /** What is of another type is left out without a word: nobody chose it by itself. @default false */
  readonly skipsOtherTypes?: boolean;
  /** Called with the files of one choice that arrived, in the order chosen. */
  onArrived(refs: readonly FileRef[]): void;
}

export interface Uploads {
  readonly pending: readonly PendingUpload[];
  add(files: readonly File[]): void;
  /** Stops an upload, or takes away the word of one that failed. */
  dismiss(id: number): void;
}

/** Uploads of one component, with what stands between them and their arrival. */
export function useUploads(options: UploadsOptions): Uploads {
  const [pending, setPending] = useState<readonly PendingUpload[]>([]);
  const controllers = useRef(new Map<number, AbortController>());
  const lastId = useRef(0);
  // What arrives later belongs to the props of then, not of when it was sent.
  const latest = useRef(options);
  latest.current = options;
  useEffect(() => () => controllers.current.forEach((controller) => controller.abort()), []);

  const change = (id: number, changes: Partial<PendingUpload>): void => {
    setPending((all) => all.map((upload) => (upload.id === id ? { ...upload, ...changes } : upload)));
  };
  const dismiss = (id: number): void => {
    controllers.current.get(id)?.abort();
    controllers.current.delete(id);
    setPending((all) => all.filter((upload) => upload.id !== id));
  };
  const send = async (file: File): Promise<FileRef | undefined> => {
    const id = ++lastId.current;
    const controller = new AbortController();
    controllers.current.set(id, controller);
    const failure = whyNot(file, latest.current);
    setPending((all) => [...all, { id, name: file.name, fraction: 0, failure }]);
    if (failure !== undefined) return undefined;
    try {
      const ref = await latest.current.page.upload(file, {
        signal: controller.signal,
        onProgress: (fraction) => change(id, { fraction }),
      });
      if (controller.signal.aborted) return undefined;
      dismiss(id);
      return ref;
    } catch (error) {
      if (!controller.signal.aborted) change(id, { failure: messageOf(error) });
      return undefined;
    }
  };
  const add = (files: readonly File[]): void => {
    const { isSingle } = latest.current;
    if (isSingle) for (const id of controllers.current.keys()) dismiss(id);
    const taken = latest.current.skipsOtherTypes
      ? files.filter((file) => isTaken(file, latest.current))
      : files;
    const chosen = isSingle ? taken.slice(0, 1) : taken;
    void Promise.all(chosen.map(send)).then((refs) => {
      const arrived = refs.filter((ref) => ref !== undefined);
      if (arrived.length > 0) latest.current.onArrived(arrived);
    });
  };
  return { pending, add, dismiss };
}

function isTaken(file: File, { fileTypes }: UploadsOptions): boolean {
  return isOfType({ name: file.name, mimeType: file.type }, fileTypes);
}

function whyNot(file: File, options: UploadsOptions): string | undefined {
  const { page, fileTypes } = options;
  if (!isTaken(file, options)) return `Expected ${describeTypes(fileTypes)}.`;
  if (file.size <= page.maxUploadBytes) return undefined;
  return `Larger than the ${formatBytes(page.maxUploadBytes)} allowed.`;
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message ? error.message : "The upload failed.";
}
