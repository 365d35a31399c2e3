import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { VitrineError, type AppConfig } from "@vitrine/core";
import * as v from "valibot";

const viewSchema = v.object({
  js: v.string(),
  css: v.optional(v.string()),
  /** Chunks it shares with others, to be fetched at the same time. */
  imports: v.optional(v.array(v.string()), []),
});

const manifestSchema = v.object({
  boot: v.object({
    js: v.string(),
    css: v.optional(v.string()),
    imports: v.optional(v.array(v.string()), []),
  }),
  /** The small script that sets light or dark before anything is painted. */
  theme: v.optional(v.object({ js: v.string() })),
  views: v.record(v.string(), viewSchema),
});

export type Manifest = v.InferOutput<typeof manifestSchema>;

/** What the client package built for this server to serve. */
export interface BuiltPage {
  readonly manifest: Manifest;
  /** Folder of the files the browser fetches. */
  readonly folder: string;
  readonly renderApp: (config: AppConfig) => RenderedApp;
}

interface RenderedApp {
  readonly html: string;
  /** Rules for the sizes in this app's layout. */
  readonly layoutCss: string;
}

let loaded: Promise<BuiltPage> | undefined;

/**
 * Loads the page's built files, once for the process.
 *
 * @throws BUILD_MISSING
 */
export function loadBuiltPage(): Promise<BuiltPage> {
  loaded ??= readBuiltPage().catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function readBuiltPage(): Promise<BuiltPage> {
  const dist = findClientDist();
  const folder = join(dist, "browser");
  const [text, rendering] = await Promise.all([
    readFile(join(folder, "manifest.json"), "utf8"),
    import(pathToFileURL(join(dist, "ssr.mjs")).href) as Promise<unknown>,
  ]).catch((cause: unknown) => {
    throw new VitrineError("BUILD_MISSING", { message: "The page's files have not been built.", cause });
  });
  const manifest = v.parse(manifestSchema, JSON.parse(text));
  const { renderApp } = v.parse(v.object({ renderApp: v.function() }), rendering);
  return { manifest, folder, renderApp: renderApp as BuiltPage["renderApp"] };
}

/** The client's files are found as a package is, but never imported: which conditions Node runs with must not matter. */
function findClientDist(): string {
  const folders = createRequire(import.meta.url).resolve.paths("@vitrine/client") ?? [];
  const dist = folders
    .map((folder) => join(folder, "@vitrine", "client", "dist"))
    .find((path) => existsSync(path));
  if (dist) return dist;
  throw new VitrineError("BUILD_MISSING", { message: "The package @vitrine/client has no built files." });
}
