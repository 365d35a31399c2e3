export interface ServedType {
  readonly contentType: string;
  /** Whether a browser may show it by itself. */
  readonly isInline: boolean;
  readonly policy: string;
}

/** Nothing in the file may run, load or act as a page of this origin. */
const sandboxed =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";
/** As above without `sandbox`, inside which browsers show no PDF. */
const unscripted = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";

const activeText = /^text\/(html|xml|javascript|ecmascript|css|.*\+xml)/;
const svg = "image/svg+xml";

/** How a file of this type is served. Only what cannot hold script is shown; the rest is saved. */
export function servedType(mimeType: string): ServedType {
  const type = (mimeType.split(";")[0] ?? "").trim().toLowerCase();
  if (type === "application/pdf") return { contentType: type, isInline: true, policy: unscripted };
  // In an <img> an SVG runs no script; opened by itself it is saved.
  if (type === svg) return { contentType: svg, isInline: false, policy: sandboxed };
  if (/^(image|audio|video)\/[\w.+-]+$/.test(type) && !type.endsWith("xml")) {
    return { contentType: type, isInline: true, policy: sandboxed };
  }
  if (type === "application/json" || (type.startsWith("text/") && !activeText.test(type))) {
    return { contentType: "text/plain; charset=utf-8", isInline: true, policy: sandboxed };
  }
  return { contentType: "application/octet-stream", isInline: false, policy: sandboxed };
}
