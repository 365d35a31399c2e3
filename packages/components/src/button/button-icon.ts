import { readFileSync, statSync } from "node:fs";
import { extname } from "node:path";
import { VitrineError } from "@vitrine/core";

/** An icon travels inside the page, so it must be small. */
const maxIconBytes = 64 * 1024;

const mimeTypes: Readonly<Record<string, string>> = {
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".ico": "image/x-icon",
};

/** The address the page draws an icon from: a picture file becomes a data: URL. @throws OPTION_INVALID */
export function iconSource(icon: string): string {
  if (/^data:image\//i.test(icon)) return icon;
  if (/^[a-z][a-z\d+.-]+:/i.test(icon) || icon.startsWith("//")) {
    throw new VitrineError("OPTION_INVALID", {
      message: `The icon of a Button expected a picture file or a data: URL, got "${icon.slice(0, 80)}".`,
      hint: "Save the icon beside your script: the page loads nothing from other servers.",
    });
  }
  const mimeType = mimeTypes[extname(icon).toLowerCase()];
  if (!mimeType) {
    throw new VitrineError("OPTION_INVALID", {
      message: `The icon of a Button expected a file ending in ${Object.keys(mimeTypes).join(", ")}, got "${icon}".`,
    });
  }
  return `data:${mimeType};base64,${readIcon(icon).toString("base64")}`;
}

function readIcon(path: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size <= maxIconBytes) return readFileSync(path);
    throw new VitrineError("OPTION_INVALID", {
      message: `The icon of a Button expected at most ${maxIconBytes} bytes, got ${size}.`,
    });
  } catch (error) {
    if (error instanceof VitrineError) throw error;
    throw new VitrineError("OPTION_INVALID", {
      message: `The icon of a Button cannot be read: "${path}".`,
      cause: error,
    });
  }
}
