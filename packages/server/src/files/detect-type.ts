import { open } from "node:fs/promises";
import mime from "mime";

/** Loaded with the first file: most apps have none. */
const loadFileType = () => import("file-type");

const unknownType = "application/octet-stream";
/** How much of a file is read to tell text from other content. */
const sampleBytes = 4096;
/** Containers of many formats: inside them the name says more than the content. */
const containers: ReadonlySet<string> = new Set([
  "application/zip",
  "application/xml",
  "application/x-cfb",
  "application/gzip",
]);

/** What a file is, by its content; by its name only where content cannot tell. What the sender declared counts for nothing. */
export async function detectType(path: string, name: string): Promise<string> {
  const byName = mime.getType(name) ?? undefined;
  const { fileTypeFromFile, supportedMimeTypes } = await loadFileType();
  // A file that breaks off inside its own headers is of no known type.
  const byContent = (await fileTypeFromFile(path).catch(() => undefined))?.mime;
  const isRecognisable = (type: string): boolean =>
    (supportedMimeTypes as ReadonlySet<string>).has(type) && !containers.has(type);
  if (byContent !== undefined) {
    return byName !== undefined && containers.has(byContent) && !isRecognisable(byName) ? byName : byContent;
  }
  if (!(await isText(path))) return byName === undefined || isRecognisable(byName) ? unknownType : byName;
  // A name that promises a format whose content would have been recognised does not keep its promise.
  return byName === undefined || isRecognisable(byName) ? "text/plain" : byName;
}

async function isText(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sampleBytes), 0, sampleBytes, 0);
    const sample = buffer.subarray(0, bytesRead);
    const encoding = sample[0] === 0xff && sample[1] === 0xfe ? "utf-16le" : "utf-8";
    // `stream`: the sample may end inside a character.
    const text = new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true });
    return !text.includes("\0");
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
