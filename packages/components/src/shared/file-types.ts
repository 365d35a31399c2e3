/** Kinds of files by name; anything else in a list is an extension (`".pdf"`) or a MIME type (`"image/png"`). */
const groups: ReadonlySet<string> = new Set(["image", "audio", "video", "text"]);

interface TypedFile {
  readonly name: string;
  readonly mimeType: string;
}

/** Whether a file is of one of these types. An empty list and `"file"` take every file. */
export function isOfType(file: TypedFile, fileTypes: readonly string[]): boolean {
  return fileTypes.length === 0 || fileTypes.some((type) => matches(file, type.toLowerCase()));
}

/** The types as the `accept` attribute of an input wants them; empty for every file. */
export function toAccept(fileTypes: readonly string[]): string {
  if (fileTypes.some((type) => type === "file" || type === "*")) return "";
  return fileTypes.map((type) => (groups.has(type) ? `${type}/*` : type)).join(",");
}

/** The types in words, for messages. */
export function describeTypes(fileTypes: readonly string[]): string {
  return fileTypes.map((type) => (groups.has(type) ? `${type} files` : type)).join(", ");
}

export function isKnownFileType(type: string): boolean {
  return (
    groups.has(type) ||
    type === "file" ||
    /^\.[\p{L}\d][\p{L}\d.+_-]*$/u.test(type) ||
    /^[a-z]+\/[\w.+*-]+$/.test(type)
  );
}

function matches(file: TypedFile, type: string): boolean {
  if (type === "file") return true;
  if (type.startsWith(".")) return file.name.toLowerCase().endsWith(type);
  const prefix = groups.has(type) ? `${type}/` : type.endsWith("/*") ? type.slice(0, -1) : undefined;
  return prefix === undefined ? file.mimeType === type : file.mimeType.startsWith(prefix);
}
