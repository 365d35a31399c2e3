/** Longest part of a name that comes from a pattern, in characters. */
export const maxPartLength = 128;
/** Longest file name that every common file system takes, in bytes. */
const maxNameBytes = 255;

const forbidden = '#<>:"/\\|?*';
/** Names that Windows keeps for devices, whatever their extension. */
const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;

export interface SafePartOptions {
  /** Whether spaces become underscores. @default true */
  readonly replacesSpaces?: boolean;
}

/** Text made fit to stand in a file name: no separators, control characters or dots at its end. */
export function safeNamePart(text: string, options: SafePartOptions = {}): string {
  const spaced = (options.replacesSpaces ?? true) ? text.replaceAll(" ", "_") : text;
  const cleaned = replaceForbidden(spaced);
  return cutCharacters(cleaned.replace(/^ +/, ""), maxPartLength).replace(/[ .]+$/, "");
}

/**
 * A file name that can be created: the base is cut so that suffix and extension stay whole.
 *
 * @param ending suffix and extension, such as `-1.png`
 */
export function safeFileName(base: string, ending: string): string {
  const cleaned = replaceForbidden(base);
  const named = reserved.test(cleaned) || cleaned.startsWith(".") ? `_${cleaned}` : cleaned;
  const room = maxNameBytes - Buffer.byteLength(ending);
  const cut = cutBytes(named, Math.max(1, room)).replace(/[ .]+$/, "");
  return `${cut === "" && ending.startsWith(".") ? "picture" : cut}${ending}`;
}

function replaceForbidden(text: string): string {
  // Half a surrogate pair cannot be written in UTF-8.
  const whole = text.replace(/\p{Surrogate}/gu, "\ufffd");
  return Array.from(whole, (char) => (isForbidden(char) ? "_" : char)).join("");
}

function isForbidden(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return code < 32 || code === 127 || forbidden.includes(char);
}

function cutCharacters(text: string, length: number): string {
  return Array.from(text).slice(0, length).join("");
}

/** Cut between characters, never inside one. */
function cutBytes(text: string, bytes: number): string {
  let used = 0;
  let cut = "";
  for (const char of text) {
    used += Buffer.byteLength(char);
    if (used > bytes) break;
    cut += char;
  }
  return cut;
}
