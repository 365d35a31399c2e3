import { useEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";

interface FileDropOptions {
  readonly isEnabled: boolean;
  /** Whether pasted files are taken too. */
  readonly takesPaste: boolean;
  onFiles(files: readonly File[]): void;
}

/** Takes files dropped on an element, and files pasted while it has the focus or the pointer. Says whether some hover. */
export function useFileDrop(ref: RefObject<HTMLElement | null>, options: FileDropOptions): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(options);
  latest.current = options;
  useEffect(() => {
    const element = ref.current;
    if (!element || !options.isEnabled) return;
    const controller = new AbortController();
    const { signal } = controller;
    element.addEventListener(
      "dragover",
      (event) => {
        if (!canTake(event.dataTransfer)) return;
        event.preventDefault();
        setOver(true);
      },
      { signal },
    );
    element.addEventListener(
      "dragleave",
      (event) => {
        // Moving over a child is not leaving.
        if (!(event.relatedTarget instanceof Node && element.contains(event.relatedTarget))) setOver(false);
      },
      { signal },
    );
    element.addEventListener(
      "drop",
      (event) => {
        setOver(false);
        if (!canTake(event.dataTransfer)) return;
        event.preventDefault();
        void droppedFiles(event.dataTransfer).then(
          (files) => files.length > 0 && latest.current.onFiles(files),
        );
      },
      { signal },
    );
    document.addEventListener(
      "paste",
      (event) => {
        const isMeant = element.contains(document.activeElement) || element.matches(":hover");
        const files = [...(event.clipboardData?.files ?? [])];
        if (!latest.current.takesPaste || !isMeant || files.length === 0) return;
        event.preventDefault();
        latest.current.onFiles(files);
      },
      { signal },
    );
    return () => controller.abort();
  }, [ref, options.isEnabled]);
  return isOver && options.isEnabled;
}

function canTake(data: DataTransfer | null): data is DataTransfer {
  return data !== null && (data.types.includes("Files") || data.types.includes("text/uri-list"));
}

async function droppedFiles(data: DataTransfer): Promise<readonly File[]> {
  // Asked for at once: after the event there is nothing to ask any more.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...data.files];
  if (entries.some((entry) => entry?.isDirectory))
    return filesBelow(entries.filter((entry) => entry !== null));
  if (files.length > 0) return files;
  // Something dragged over from another part of this page.
  const url = data.getData("text/uri-list").split("\n")[0]?.trim() ?? "";
  if (!URL.canParse(url) || new URL(url).origin !== location.origin) return [];
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) return [];
  const blob = await response.blob();
  return [new File([blob], lastPart(url), { type: blob.type })];
}

/** The files of folders, and of the folders in them, in the order of their names. */
async function filesBelow(entries: readonly FileSystemEntry[]): Promise<File[]> {
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const found = await Promise.all(
    sorted.map(async (entry) => {
      if (isFolder(entry)) return filesBelow(await entriesOf(entry));
      return isFile(entry) ? [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))] : [];
    }),
  );
  return found.flat();
}

/** A browser hands a folder's entries over in portions, the last of which is empty. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function lastPart(url: string): string {
  const part = new URL(url).pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(part) || "file";
  } catch {
    return part;
  }
}
