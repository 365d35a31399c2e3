import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./run.mjs";

/** What Node runs of each package, and which of its dependencies come along in the same files. */
const bundles = [
  {
    name: "core",
    entries: ["index", "api-snippets/index"],
    inlined: ["@valibot/to-json-schema", "devalue", "valibot"],
  },
  { name: "components", entries: ["index"], inlined: ["highlight.js", "marked", "valibot"] },
  {
    name: "server",
    entries: ["index"],
    inlined: [
      "@hono/node-server",
      "busboy",
      "content-disposition",
      "hono",
      "ipaddr.js",
      "mime",
      "range-parser",
      "valibot",
      "ws",
    ],
  },
  { name: "vitrine", entries: ["cli/main", "client/index", "index", "testing/index"], inlined: ["valibot"] },
];

/**
 * Puts what a server loads into a few files: finding and reading two hundred of them takes most of a start. Everything
 * loaded on demand stays a file of its own; packages that are not named, native ones above all, stay where they are.
 */
export async function bundlePackages() {
  await Promise.all([...bundles.map(bundlePackage), bundleClient()]);
}

/** `vitrine/client` for browsers: one file that needs nothing else. */
async function bundleClient() {
  await build({
    absWorkingDir: join(root, "packages", "vitrine"),
    entryPoints: ["src/client/browser.ts"],
    outfile: "dist/client/browser.js",
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["@vitrine/source"],
    mainFields: ["module", "main"],
    target: "es2022",
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: "inline",
    logLevel: "warning",
  });
}

async function bundlePackage({ name, entries, inlined }) {
  const folder = join(root, "packages", name);
  const chunks = join(folder, "dist", "chunks");
  await rm(chunks, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: entries.map((entry) => `src/${entry}.ts`),
    outbase: "src",
    outdir: "dist",
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    target: "node20",
    // Names and lines stay as they are: stacks are read by people, and errors name classes such as `Number`.
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    // What a bundled CommonJS package needs to require a module of Node.
    banner: {
      js: `import { createRequire as vitrineRequire } from "node:module"; const require = vitrineRequire(import.meta.url);`,
    },
    plugins: [inlineOnly(inlined)],
  });
  await writeFile(join(folder, "dist", "THIRD-PARTY-LICENSES.txt"), licensesOf(metafile));
}

/** Leaves every package where it is but those named, and what these use themselves. */
function inlineOnly(packages) {
  return {
    name: "inline-only",
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
        if (kind === "entry-point" || importer.includes("node_modules")) return undefined;
        const isInlined = packages.some((name) => path === name || path.startsWith(`${name}/`));
        return isInlined ? undefined : { path, external: true };
      });
    },
  };
}

/** The licences of the packages that came along, as they ask for. */
function licensesOf(metafile) {
  const folders = Object.keys(metafile.inputs)
    .map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
    .filter((folder) => folder !== undefined);
  const texts = [...new Set(folders)].sort().map((folder) => {
    const path = join(root, folder.replace(/^(\.\.\/)+/, ""));
    const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
    const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file && existsSync(join(path, file)) ? readFileSync(join(path, file), "utf8").trim() : "";
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}
