/** Bytes of a name that are kept: file systems allow 255, and a url still holds it escaped. */
const maxBytes = 200;
/** A longer ending is no extension. */
const maxExtensionLength = 20;

/** Control and format characters that change how a name reads, and halves of characters. */
const invisible = /[\p{Cc}\p{Surrogate}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const reservedOnWindows = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i;

/** The name to show and to download by: the last part of what the sender said, every script and sign kept. */
export function toShownName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? "";
  const shown = base.replace(invisible, "").trim();
  return /^\.*$/.test(shown) ? "file" : cut(shown);
}

/** The name on disk: as shown, but one that every file system takes and no program reads anything into. */
export function toDiskName(shownName: string): string {
  const plain = shownName
    .replace(/[<>:"|?*]/g, "_")
    .replace(/^[.-]/, "_")
    .replace(/[. ]+$/, "_");
  return reservedOnWindows.test(plain) ? `_${plain}` : plain;
}

/** Cuts between characters and keeps the extension. */
function cut(name: string): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= maxExtensionLength ? name.slice(dot) : "";
  let room = maxBytes - Buffer.byteLength(extension);
  let stem = "";
  for (const char of name.slice(0, name.length - extension.length)) {
    room -= Buffer.byteLength(char);
    if (room < 0) break;
    stem += char;
  }
  return stem + extension;
}
