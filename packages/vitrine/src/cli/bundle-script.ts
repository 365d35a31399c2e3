import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, extname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { context, formatMessages, type BuildContext, type BuildFailure, type Plugin } from "esbuild";
import { ScriptFailure } from "./script-failure.ts";

export interface Bundle {
  /** Where to import it from. */
  readonly url: string;
  /** The user's files it was made from. */
  readonly inputs: readonly string[];
}

/** Makes one JavaScript file of a script and the files it imports; packages stay what and where they are. */
export class ScriptBundler {
  readonly #script: string;
  readonly #outfile: string;
  #context: BuildContext<{ metafile: true }> | undefined;

  constructor(script: string) {
    this.#script = script;
    const name = createHash("sha256").update(script).digest("hex").slice(0, 12);
    // One file for each process: the same script may run twice at a time.
    this.#outfile = join(bundleFolder(dirname(script)), `${name}-${process.pid}.mjs`);
  }

  /** @throws ScriptFailure with the place of each mistake the compiler cannot pass over */
  async build(): Promise<Bundle> {
    await mkdir(dirname(this.#outfile), { recursive: true });
    this.#context ??= await this.#createContext();
    try {
      const { metafile } = await this.#context.rebuild();
      const inputs = Object.keys(metafile.inputs).map((input) => resolve(dirname(this.#script), input));
      return { url: pathToFileURL(this.#outfile).href, inputs };
    } catch (error) {
      throw isBuildFailure(error) ? await this.#describe(error) : error;
    }
  }

  /** Ends the compiler; the bundle stays. */
  async endCompiler(): Promise<void> {
    await this.#context?.dispose();
    this.#context = undefined;
  }

  /** It need not be there once it is loaded. At once, so that it can be done while the process ends. */
  deleteBundle(): void {
    rmSync(this.#outfile, { force: true });
  }

  #createContext(): Promise<BuildContext<{ metafile: true }>> {
    return context({
      entryPoints: [this.#script],
      outfile: this.#outfile,
      absWorkingDir: dirname(this.#script),
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      target: "node20",
      jsx: "automatic",
      jsxImportSource: "preact",
      // Functions name endpoints, so their names have to survive.
      keepNames: true,
      metafile: true,
      sourcemap: "inline",
      logLevel: "silent",
      define: Object.fromEntries(
        Object.keys(metaOf("")).map((name) => [`import.meta.${name}`, metaName(name)]),
      ),
      plugins: [ownVitrine(), ownMeta()],
    });
  }

  async #describe({ errors }: BuildFailure): Promise<ScriptFailure> {
    const folder = dirname(this.#script);
    const messages = await formatMessages(errors, { kind: "error", color: false });
    const files = errors.map((error) => error.location?.file).filter((file) => file !== undefined);
    const { text, location } = errors[0] ?? { text: "The script could not be compiled.", location: null };
    const place = location
      ? `${relative(process.cwd(), resolve(folder, location.file))}:${location.line}:${location.column + 1}`
      : undefined;
    const detail = messages.join("\n").trim();
    return new ScriptFailure({
      message: text,
      place,
      detail,
      files: files.map((file) => resolve(folder, file)),
    });
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

/** In the nearest node_modules, so that the script's packages are found from there, and nobody commits it. */
function bundleFolder(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules"))) return join(folder, "node_modules", ".vitrine");
    if (folder === dirname(folder)) return join(start, "node_modules", ".vitrine");
  }
}

/** A script gets the very Vitrine that runs it, wherever it lies: two copies would not know each other's classes. */
function ownVitrine(): Plugin {
  return {
    name: "own-vitrine",
    setup(build) {
      build.onResolve({ filter: /^vitrine(\/|$)/ }, ({ path }) => ({
        path: import.meta.resolve(path),
        external: true,
      }));
    },
  };
}

/** `import.meta` tells each file of a script where it lies, not where the bundle does. */
function ownMeta(): Plugin {
  return {
    name: "own-meta",
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
        const source = await readFile(path, "utf8");
        if (!source.includes("import.meta")) return undefined;
        const facts = Object.entries(metaOf(path)).map(
          ([name, value]) => `const ${metaName(name)}=${JSON.stringify(value)};`,
        );
        // On the first line, so that every other keeps its number; a hashbang has to become a comment there.
        return { contents: `${facts.join("")}${source.replace(/^#!/, "//")}`, loader: loaderOf(path) };
      });
    },
  };
}

function metaOf(path: string): Readonly<Record<string, string>> {
  return { url: pathToFileURL(path).href, filename: path, dirname: dirname(path) };
}

function metaName(name: string): string {
  return `__vitrine_meta_${name}`;
}

function loaderOf(path: string): "ts" | "tsx" | "jsx" {
  const extension = extname(path);
  if (extension === ".tsx") return "tsx";
  return extension.endsWith("ts") ? "ts" : "jsx";
}
