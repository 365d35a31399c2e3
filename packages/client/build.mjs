// Builds what browsers fetch (dist/browser, with a manifest) and what the server draws pages with (dist/ssr.mjs).
import { build, transform } from "esbuild";
import { minify } from "terser";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
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
  // A schema that uses more than the small Valibot has must not reach a browser.
  logOverride: { "import-is-undefined": "error" },
};

/** The schemas of messages are Valibot's for the compiler and on the server; the page's base has no room for all of it. */
const smallValibot = {
  name: "small-valibot",
  setup(build) {
    build.onResolve({ filter: /^valibot$/ }, ({ importer }) =>
      /core\/src\/protocol\/(?!client-messages|parse)|client\/src\//.test(importer.replaceAll("\\", "/"))
        ? { path: join(here, "src", "small-valibot.ts") }
        : undefined,
    );
  },
};

/**
 * What even the shortest app draws. These views come with the page's script and style sheet: files of their own would be
 * small, and small files compress badly.
 */
const basicTypes = ["button", "clear-button", "column", "row", "textbox"];

/** Gives the page's script the basic views, and its style sheet theirs. */
function withBasicViews(views) {
  const files = basicTypes.map((type) => views.get(type) ?? fail(`There is no view ${type}.`));
  const boot = join(here, "src", "boot.tsx");
  return {
    name: "with-basic-views",
    setup(build) {
      build.onResolve({ filter: /^basic-views$/ }, ({ path }) => ({ path, namespace: "basic-views" }));
      build.onLoad({ filter: /.*/, namespace: "basic-views" }, () => {
        const imports = files.map((file, index) => `import view${index} from ${JSON.stringify(file)};`);
        const entries = basicTypes.map((type, index) => `[${JSON.stringify(type)}, view${index}]`);
        const contents = `${imports.join(" ")} export const basicViews = new Map([${entries.join(", ")}]);`;
        return { contents, resolveDir: here, loader: "js" };
      });
      // Every view reaches the page's script: through it, each would get a copy of these style sheets.
      build.onResolve({ filter: /\.css$/ }, ({ importer }) =>
        files.includes(importer) ? { path: "none", namespace: "basic-css", sideEffects: false } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: "basic-css" }, () => ({ contents: "" }));
      build.onLoad({ filter: /boot\.tsx$/, namespace: "file" }, async ({ path }) => {
        if (path !== boot) return undefined;
        const sheets = files
          .map((file) => file.replace("-view.tsx", ".css"))
          .filter((file) => existsSync(file));
        const imports = sheets.map((file) => `import ${JSON.stringify(file)};`);
        // Behind its own imports: the order of the layers is declared there.
        return { contents: [await readFile(path, "utf8"), ...imports].join("\n"), loader: "tsx" };
      });
    },
  };
}

/**
 * Makes every entry and every lazy part reach what all pages have: it then comes to lie in one file. A bundler would cut
 * it into a dozen by who uses what.
 */
function withBase(sharedModules) {
  return {
    name: "with-base",
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ path, kind, resolveDir, importer, pluginData }) => {
        if (path === "every-page") return { path, namespace: "with-base" };
        if (pluginData === "with-base" || (kind !== "entry-point" && kind !== "dynamic-import"))
          return undefined;
        const resolved = await build.resolve(path, { kind, resolveDir, importer, pluginData: "with-base" });
        return resolved.errors.length > 0 || resolved.external
          ? resolved
          : { path: resolved.path, namespace: "with-base" };
      });
      build.onLoad({ filter: /.*/, namespace: "with-base" }, ({ path }) => {
        if (path === "every-page")
          return { contents: everyPage(sharedModules), resolveDir: here, loader: "js" };
        const file = JSON.stringify(path);
        // `export *` hands on no default.
        const ownDefault = path.endsWith("-view.tsx") ? `export { default } from ${file};` : "";
        return {
          contents: `export * from ${file}; ${ownDefault} export { everyPage } from "every-page";`,
          resolveDir: here,
          loader: "js",
        };
      });
    },
  };
}

/** One symbol of each module: naming it is what makes a bundler take the module in. */
function everyPage(sharedModules) {
  const modules = [
    ["startPage", join(here, "src", "start-page.tsx")],
    ["basicViews", "basic-views"],
    ["h", "preact"],
    ["useState", "preact/hooks"],
    ["jsx", "preact/jsx-runtime"],
    ...sharedModules.flatMap((file) => {
      const [, name] =
        /^export (?:async )?(?:function|const|class) (\w+)/m.exec(readFileSync(file, "utf8")) ?? [];
      return name ? [[name, file]] : [];
    }),
  ];
  const imports = modules.map(
    ([name, file], index) => `import { ${name} as s${index} } from ${JSON.stringify(file)};`,
  );
  return `${imports.join(" ")} export const everyPage = [${modules.map((_module, index) => `s${index}`).join(", ")}];`;
}

/** Modules for views that at least a sixth of them use. */
async function findSharedModules(views) {
  const { metafile } = await build({
    ...shared,
    entryPoints: [...views.values()],
    outdir: "unused",
    format: "esm",
    packages: "external",
    loader: { ".css": "empty" },
    metafile: true,
    write: false,
  });
  const counts = new Map();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const input of Object.keys(inputs)) counts.set(input, (counts.get(input) ?? 0) + 1);
  }
  const isPopular = ([input, count]) => input.includes("/shared/browser/") && count * 6 >= views.size;
  return [...counts]
    .filter(isPopular)
    .map(([input]) => join(here, input))
    .sort((a, b) => (a < b ? -1 : 1));
}

/**
 * Icons are imported from their own files. Through the package's index, whoever uses one icon reaches all that anybody
 * uses, and the bundler puts them into one file for everybody.
 */
const singleIcons = {
  name: "single-icons",
  setup(build) {
    // Each user has its own copy: an icon is smaller than what a file for it would add.
    build.onResolve({ filter: /[\\/]lucide[\\/].*\.mjs$/ }, ({ path, importer }) => ({
      path,
      suffix: `?${basename(importer)}`,
      sideEffects: false,
    }));
    build.onLoad({ filter: /(components|client)[\\/]src[\\/].*\.tsx$/ }, async ({ path }) => {
      const { path: index } = await build.resolve("lucide", {
        kind: "import-statement",
        resolveDir: dirname(path),
      });
      const icons = await readFile(join(dirname(index), "iconsAndAliases.mjs"), "utf8");
      const fileOf = (name) =>
        new RegExp(`default as ${name}\\b.* from '(.*)'`).exec(icons)?.[1] ??
        fail(`lucide has no icon ${name}.`);
      const contents = (await readFile(path, "utf8")).replace(
        /import \{([^}]*)\} from "lucide";/g,
        (_all, names) =>
          names
            .split(",")
            .map((name) => name.trim())
            .filter((name) => name && !name.startsWith("type "))
            .map((name) => name.split(" as "))
            .map(
              ([name, local = name]) =>
                `import ${local} from ${JSON.stringify(join(dirname(index), fileOf(name)))};`,
            )
            .join(" "),
      );
      return { contents, loader: "tsx" };
    });
  },
};

/** `import css from "./x.css?inline"`: the style sheet as text. */
const inlineCss = {
  name: "inline-css",
  setup(build) {
    build.onResolve({ filter: /\.css\?inline$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace("?inline", "")),
      namespace: "inline-css",
    }));
    build.onLoad({ filter: /.*/, namespace: "inline-css" }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

function fail(message) {
  throw new Error(message);
}

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
  await squeezeAll(browserDir);
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

async function buildBrowser(views, outdir) {
  return build({
    ...shared,
    entryPoints: {
      boot: "src/boot.tsx",
      ...Object.fromEntries(
        [...views].flatMap(([type, file]) => (basicTypes.includes(type) ? [] : [[`${type}-view`, file]])),
      ),
    },
    outdir,
    format: "esm",
    splitting: true,
    plugins: [
      smallValibot,
      withBasicViews(views),
      withBase(await findSharedModules(views)),
      singleIcons,
      inlineCss,
    ],
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

async function buildSsr(views, outDir) {
  const types = [...views.keys()];
  const contents = [
    `import { drawApp } from "./src/ssr.tsx";`,
    ...types.map((type, index) => `import view${index} from ${JSON.stringify(views.get(type))};`),
    `const views = { ${types.map((type, index) => `${JSON.stringify(type)}: view${index}`).join(", ")} };`,
    `export function renderApp(config) { return drawApp(config, views); }`,
  ].join("\n");
  const entry = {
    name: "ssr-entry",
    setup(build) {
      build.onResolve({ filter: /^ssr-entry$/ }, ({ path }) => ({ path, namespace: "ssr-entry" }));
      build.onLoad({ filter: /.*/, namespace: "ssr-entry" }, () => ({
        contents,
        resolveDir: here,
        loader: "ts",
      }));
    },
  };
  await rm(join(outDir, "ssr"), { recursive: true, force: true });
  return build({
    ...shared,
    entryPoints: [{ in: "ssr-entry", out: "ssr" }],
    outdir: outDir,
    outExtension: { ".js": ".mjs" },
    // What views load on demand is not needed to draw a page, and would be most of what a server has to read at its start.
    splitting: true,
    chunkNames: "ssr/[name]-[hash]",
    format: "esm",
    platform: "node",
    // Modules leave out what is not used; Node's default takes some packages, all icons among them, whole.
    mainFields: ["module", "main"],
    target: "node20",
    loader: { ".css": "empty" },
    plugins: [inlineCss, entry],
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
  const boot = describe(join(here, "src", "boot.tsx"));
  return {
    boot,
    theme: { js: basename(byEntry.get(join(here, "src", "shell", "theme-script.ts"))) },
    views: Object.fromEntries(
      [...views].map(([type, file]) => [type, basicTypes.includes(type) ? boot : describe(file)]),
    ),
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

/** What is larger than this is a library, minified well enough. */
const squeezeUpToBytes = 100_000;

/** A second minifier finds another three in a hundred in what most pages load. */
async function squeezeAll(folder) {
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".js"))) {
    const text = await readFile(join(folder, name), "utf8");
    if (text.length > squeezeUpToBytes) continue;
    const options = {
      module: true,
      ecma: 2020,
      compress: { passes: 2, keep_fargs: false, pure_getters: true, unsafe_arrows: true },
    };
    const { code = text } = await minify(text, options);
    await writeFile(join(folder, name), code);
  }
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
