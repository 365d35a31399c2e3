import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Context } from "hono";
import type { BuiltPage } from "./built-page.ts";
import { answerNotFound } from "./errors.ts";

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** What a built page consists of; whatever else lies in the folder is not served. */
const types: Readonly<Record<string, { readonly mime: string; readonly isText: boolean }>> = {
  js: { mime: "text/javascript; charset=utf-8", isText: true },
  css: { mime: "text/css; charset=utf-8", isText: true },
  svg: { mime: "image/svg+xml", isText: true },
  wasm: { mime: "application/wasm", isText: true },
  woff2: { mime: "font/woff2", isText: false },
  png: { mime: "image/png", isText: false },
  webp: { mime: "image/webp", isText: false },
};

type Encoding = "br" | "gzip";

/** Serves the page's built files from memory. Their names hold a hash of the content, so browsers keep them for ever. */
export function createAssetsRoute(built: () => Promise<BuiltPage>) {
  const bodies = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  const body = (key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> => {
    let known = bodies.get(key);
    if (!known) {
      known = make().then((bytes) => new Uint8Array(bytes));
      bodies.set(key, known);
    }
    return known;
  };
  return async (context: Context): Promise<Response> => {
    const { folder } = await built();
    const name = context.req.param("name") ?? "";
    const type = types[name.split(".").at(-1) ?? ""];
    // Looked up among the names that exist, never joined to a path first.
    if (!type || !(await fileNames(folder)).has(name)) return answerNotFound(context);
    const encoding = type.isText ? chooseEncoding(context.req.header("accept-encoding") ?? "") : undefined;
    context.header("Content-Type", type.mime);
    context.header("Cache-Control", "public, max-age=31536000, immutable");
    context.header("Vary", "Accept-Encoding");
    const path = join(folder, name);
    const plain = (): Promise<Uint8Array<ArrayBuffer>> => body(path, () => readFile(path));
    if (!encoding) return context.body(await plain());
    context.header("Content-Encoding", encoding);
    return context.body(await body(`${path} ${encoding}`, () => encoded(path, { encoding, plain })));
  };
}

const namesByFolder = new Map<string, Promise<ReadonlySet<string>>>();

function fileNames(folder: string): Promise<ReadonlySet<string>> {
  let names = namesByFolder.get(folder);
  if (!names) {
    names = readdir(folder).then((list) => new Set(list));
    namesByFolder.set(folder, names);
  }
  return names;
}

function chooseEncoding(accepted: string): Encoding | undefined {
  if (/\bbr\b/.test(accepted)) return "br";
  return /\bgzip\b/.test(accepted) ? "gzip" : undefined;
}

interface Variant {
  readonly encoding: Encoding;
  readonly plain: () => Promise<Uint8Array>;
}

/** The variant the build left beside the file, or one made now and kept. */
async function encoded(path: string, { encoding, plain }: Variant): Promise<Uint8Array> {
  const built = await readFile(`${path}.${encoding === "br" ? "br" : "gz"}`).catch(() => undefined);
  if (built) return built;
  const bytes = await plain();
  if (encoding === "gzip") return gzipped(bytes, { level: constants.Z_BEST_COMPRESSION });
  return brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
}
