import type { LanguageFn } from "highlight.js";
import hljs from "highlight.js/lib/core";

type Loader = () => Promise<{ readonly default: LanguageFn }>;

/** Grammars, each loaded when a text first names it. */
const loaders: Readonly<Record<string, Loader>> = {
  bash: () => import("highlight.js/lib/languages/bash"),
  c: () => import("highlight.js/lib/languages/c"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  csharp: () => import("highlight.js/lib/languages/csharp"),
  css: () => import("highlight.js/lib/languages/css"),
  diff: () => import("highlight.js/lib/languages/diff"),
  dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
  go: () => import("highlight.js/lib/languages/go"),
  graphql: () => import("highlight.js/lib/languages/graphql"),
  ini: () => import("highlight.js/lib/languages/ini"),
  java: () => import("highlight.js/lib/languages/java"),
  javascript: () => import("highlight.js/lib/languages/javascript"),
  json: () => import("highlight.js/lib/languages/json"),
  julia: () => import("highlight.js/lib/languages/julia"),
  kotlin: () => import("highlight.js/lib/languages/kotlin"),
  latex: () => import("highlight.js/lib/languages/latex"),
  lua: () => import("highlight.js/lib/languages/lua"),
  makefile: () => import("highlight.js/lib/languages/makefile"),
  markdown: () => import("highlight.js/lib/languages/markdown"),
  perl: () => import("highlight.js/lib/languages/perl"),
  php: () => import("highlight.js/lib/languages/php"),
  python: () => import("highlight.js/lib/languages/python"),
  r: () => import("highlight.js/lib/languages/r"),
  ruby: () => import("highlight.js/lib/languages/ruby"),
  rust: () => import("highlight.js/lib/languages/rust"),
  scala: () => import("highlight.js/lib/languages/scala"),
  scss: () => import("highlight.js/lib/languages/scss"),
  sql: () => import("highlight.js/lib/languages/sql"),
  swift: () => import("highlight.js/lib/languages/swift"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};

const aliases: Readonly<Record<string, string>> = {
  "c++": "cpp",
  "c#": "csharp",
  console: "bash",
  cs: "csharp",
  docker: "dockerfile",
  golang: "go",
  h: "c",
  hpp: "cpp",
  html: "xml",
  js: "javascript",
  jsonc: "json",
  jsx: "javascript",
  kt: "kotlin",
  make: "makefile",
  md: "markdown",
  mjs: "javascript",
  patch: "diff",
  pl: "perl",
  py: "python",
  python3: "python",
  rb: "ruby",
  rs: "rust",
  sh: "bash",
  shell: "bash",
  svg: "xml",
  tex: "latex",
  toml: "ini",
  ts: "typescript",
  tsx: "typescript",
  vue: "xml",
  yml: "yaml",
  zsh: "bash",
};

/** Longer code stays plain: highlighting it would hold everything up. */
const maxLength = 50_000;

/** The name of the grammar for what stands after a fence, or undefined when there is none. */
export function languageOf(fence: string): string | undefined {
  const named = /^[^\s{,]*/.exec(fence.trim().toLowerCase())?.[0] ?? "";
  const name = Object.hasOwn(aliases, named) ? aliases[named] : named;
  return name !== undefined && Object.hasOwn(loaders, name) ? name : undefined;
}

/** Loads grammars; those already here cost nothing. */
export async function loadLanguages(names: Iterable<string>): Promise<void> {
  const missing = [...new Set(names)].filter(
    (name) => Object.hasOwn(loaders, name) && !hljs.getLanguage(name),
  );
  await Promise.all(
    missing.map(async (name) => {
      const grammar = await loaders[name]?.();
      if (grammar) hljs.registerLanguage(name, grammar.default);
    }),
  );
}

/** Code as HTML with classes for its parts; undefined when its grammar is not loaded or the code is too long. */
export function highlightCode(code: string, language: string): string | undefined {
  if (code.length > maxLength || !hljs.getLanguage(language)) return undefined;
  return hljs.highlight(code, { language, ignoreIllegals: true }).value;
}
