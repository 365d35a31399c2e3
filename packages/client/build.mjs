// Builds what browsers fetch (dist/browser, with a manifest) and what the server draws pages with (dist/ssr.mjs).
import { build } from "esbuild";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const componentsFolder = join(here, "..", "components", "src");

/** @type {import("esbuild").BuildOptions} */
const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  // Packages are bundled from their source, so that only what a page uses gets into it.
  conditions: ["@vitrine/source", "module", "import"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  logLevel: "warning",
};

/** The schemas of messages are Valibot's for the compiler and on the server; the page's base has no room for all of it. */
const smallValibot = {
  name: "small-valibot",
  setup(build) {
    build.onResolve({ filter: /^valibot$/ }, ({ importer }) =>
      /core\/src\/protocol\/|client\/src\//.test(importer.replaceAll("\\", "/"))
        ? { path: join(here, "src", "small-valibot.ts") }
        : undefined,
    );
  },
};

/** Gives every entry and every lazy part what all pages have (src/base.ts): it then lies in one file. */
const withBase = {
  name: "with-base",
  setup(build) {
    const base = join(here, "src", "base.ts");
    build.onResolve({ filter: /.*/ }, async ({ path, kind, resolveDir, importer, pluginData }) => {
      if (pluginData === "with-base" || (kind !== "entry-point" && kind !== "dynamic-import"))
        return undefined;
      const resolved = await build.resolve(path, { kind, resolveDir, importer, pluginData: "with-base" });
      return resolved.errors.length > 0 || resolved.external
        ? resolved
        : { path: resolved.path, namespace: "with-base" };
    });
    build.onLoad({ filter: /.*/, namespace: "with-base" }, ({ path }) => {
      const file = JSON.stringify(path);
      // A module without a default export (boot) has none to hand on.
      const ownDefault = path.endsWith("-view.tsx") ? `export { default } from ${file};` : "";
      return {
        contents: `export * from ${file}; ${ownDefault} export { base } from ${JSON.stringify(base)};`,
        resolveDir: here,
        loader: "js",
      };
    });
  },
};

/** @param {{ outDir?: string }} [options] */
export async function buildClient({ outDir = join(here, "dist") } = {}) {
  const views = findViews();
  const browserDir = join(outDir, "browser");
  await rm(browserDir, { recursive: true, force: true });
  await mkdir(browserDir, { recursive: true });
  const [boot, theme] = await Promise.all([
    buildBrowser(views, browserDir),
    buildTheme(browserDir),
    buildSsr(views, outDir),
  ]);
  const manifest = toManifest(views, { ...boot.metafile.outputs, ...theme.metafile.outputs });
  await writeFile(join(browserDir, "manifest.json"), JSON.stringify(manifest));
  await compressAll(browserDir);
  return manifest;
}

/** Every view by its type: a component is found by its folder, and listed nowhere. */
function findViews() {
  const types = readdirSync(componentsFolder).sort();
  return new Map(
    types
      .map((type) => [type, join(componentsFolder, type, `${type}-view.tsx`)])
      .filter(([, file]) => existsSync(file)),
  );
}

function buildBrowser(views, outdir) {
  return build({
    ...shared,
    entryPoints: {
      boot: "src/boot.tsx",
      ...Object.fromEntries([...views].map(([type, file]) => [`${type}-view`, file])),
    },
    outdir,
    format: "esm",
    splitting: true,
    plugins: [smallValibot, withBase],
    platform: "browser",
    target: ["es2022", "chrome123", "firefox120", "safari17.5"],
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    assetNames: "[name]-[hash]",
    metafile: true,
  });
}

/** A classic script: it runs before anything is drawn. */
function buildTheme(outdir) {
  return build({
    ...shared,
    entryPoints: { theme: "src/shell/theme-script.ts" },
    outdir,
    format: "iife",
    platform: "browser",
    target: "es2022",
    entryNames: "[name]-[hash]",
    metafile: true,
  });
}

function buildSsr(views, outDir) {
  const types = [...views.keys()];
  const contents = [
    `import { drawApp } from "./src/ssr.tsx";`,
    ...types.map((type, index) => `import view${index} from ${JSON.stringify(views.get(type))};`),
    `const views = { ${types.map((type, index) => `${JSON.stringify(type)}: view${index}`).join(", ")} };`,
    `export function renderApp(config) { return drawApp(config, views); }`,
  ].join("\n");
  return build({
    ...shared,
    stdin: { contents, resolveDir: here, loader: "ts" },
    outfile: join(outDir, "ssr.mjs"),
    format: "esm",
    platform: "node",
    target: "node20",
    loader: { ".css": "empty" },
    // Readable stacks are worth more here than bytes.
    minify: false,
    // What a bundled CommonJS package needs to require a module of Node.
    banner: {
      js: `import { createRequire as vitrineRequire } from "node:module"; const require = vitrineRequire(import.meta.url);`,
    },
  });
}

function toManifest(views, outputs) {
  const byEntry = new Map(
    Object.entries(outputs).flatMap(([path, output]) =>
      output.entryPoint ? [[entrySource(output.entryPoint), path]] : [],
    ),
  );
  const describe = (source) => {
    const path = byEntry.get(source);
    const { cssBundle } = outputs[path];
    const imports = [...staticImports(path, outputs)].map((one) => basename(one));
    return { js: basename(path), ...(cssBundle ? { css: basename(cssBundle) } : {}), imports };
  };
  return {
    boot: describe(join(here, "src", "boot.tsx")),
    theme: { js: basename(byEntry.get(join(here, "src", "shell", "theme-script.ts"))) },
    views: Object.fromEntries([...views].map(([type, file]) => [type, describe(file)])),
  };
}

/** The file an entry stands for. */
function entrySource(entryPoint) {
  const [, path = entryPoint] = /^with-base:(.*)$/.exec(entryPoint) ?? [];
  return resolve(here, path);
}

/** Chunks that are fetched with a file, and theirs. */
function staticImports(path, outputs, found = new Set()) {
  for (const { path: imported, kind } of outputs[path].imports) {
    if (kind !== "import-statement" || found.has(imported) || !outputs[imported]) continue;
    found.add(imported);
    staticImports(imported, outputs, found);
  }
  return found;
}

const gzipped = promisify(gzip);
const brotli = promisify(brotliCompress);

/** Leaves a .gz and a .br beside each file, so that the server never compresses them. */
async function compressAll(folder) {
  for (const name of readdirSync(folder)) {
    if (!/\.(js|css|json|svg)$/.test(name)) continue;
    const bytes = await readFile(join(folder, name));
    const [gz, br] = await Promise.all([
      gzipped(bytes, { level: constants.Z_BEST_COMPRESSION }),
      brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
    ]);
    await Promise.all([writeFile(join(folder, `${name}.gz`), gz), writeFile(join(folder, `${name}.br`), br)]);
  }
}
