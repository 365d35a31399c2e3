import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { VitrineError } from "@vitrine/core";

const mimeTypes: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".webp": "image/webp",
  ".gif": "image/gif",
  ".avif": "image/avif",
  ".svg": "image/svg+xml",
};

/** It travels with the page itself, so it stays small. */
const maxBytes = 100_000;

/** A small picture as a `data:` URL: the page loads nothing from elsewhere. @throws OPTION_INVALID */
export function readAvatar(source: string): string {
  if (source.startsWith("data:image/")) return source;
  const mimeType = mimeTypes[extname(source).toLowerCase()];
  if (/^[a-z]+:\/\//i.test(source) || mimeType === undefined) {
    throw invalid(source, "expected the path of a PNG, JPEG, WebP, GIF, AVIF or SVG file, or a data: URL");
  }
  let bytes: Buffer;
  try {
    bytes = readFileSync(source);
  } catch (cause) {
    throw invalid(source, "could not read the picture", cause);
  }
  if (bytes.length > maxBytes)
    throw invalid(
      source,
      `takes pictures of up to ${maxBytes / 1000} kB, this one has ${Math.ceil(bytes.length / 1000)} kB`,
    );
  return `data:${mimeType};base64,${bytes.toString("base64")}`;
}

function invalid(source: string, what: string, cause?: unknown): VitrineError {
  return new VitrineError("OPTION_INVALID", {
    message: `avatarImages ${what}: ${JSON.stringify(source.slice(0, 100))}.`,
    cause,
  });
}
