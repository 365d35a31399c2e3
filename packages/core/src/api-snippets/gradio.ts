import type { Json } from "../json.ts";
import { filesIn, scriptKey, toLiteral, type LiteralStyle } from "./literal.ts";
import { resultName, type SnippetCall, type SnippetTarget } from "./snippet.ts";

const scriptStyle: LiteralStyle = {
  null: "null",
  true: "true",
  false: "false",
  key: scriptKey,
  file: (name) => `handle_file(${JSON.stringify(name)})`,
};

const pythonStyle: LiteralStyle = {
  ...scriptStyle,
  null: "None",
  true: "True",
  false: "False",
  key: (name) => JSON.stringify(name),
};

/** A script for `@gradio/client`. */
export function gradioSnippet(calls: readonly SnippetCall[], { url }: SnippetTarget): string {
  return [
    `import { ${hasFiles(calls) ? "Client, handle_file" : "Client"} } from "@gradio/client";`,
    "",
    `const app = await Client.connect(${JSON.stringify(url)});`,
    ...calls.flatMap((call, index) => writeScriptCall(call, resultName(index, calls))),
    "app.close();",
    "",
  ].join("\n");
}

function writeScriptCall(call: SnippetCall, result: string): readonly string[] {
  const { endpoint } = call;
  const args = `${JSON.stringify(`/${endpoint.name}`)}, ${toLiteral(toWire(call), scriptStyle)}`;
  if (!endpoint.isGenerator)
    return [`const ${result} = await app.predict(${args});`, `console.log(${result}.data);`];
  return [
    `for await (const message of app.submit(${args})) {`,
    `  if (message.type === "data") console.log(message.data);`,
    "}",
  ];
}

/** A script for `gradio_client` of Python. */
export function pythonSnippet(calls: readonly SnippetCall[], { url }: SnippetTarget): string {
  return [
    `from gradio_client import ${hasFiles(calls) ? "Client, handle_file" : "Client"}`,
    "",
    `client = Client(${JSON.stringify(url)})`,
    ...calls.flatMap((call, index) => writePythonCall(call, resultName(index, calls))),
    "",
  ].join("\n");
}

function writePythonCall(call: SnippetCall, result: string): readonly string[] {
  const { endpoint } = call;
  const entries = Object.entries(toWire(call));
  // What Python cannot have as the name of an argument is sent in order.
  const areNames = entries.every(([name]) => /^[A-Za-z_]\w*$/.test(name) && !pythonWords.has(name));
  const values = entries.map(([name, value]) =>
    areNames ? `${name}=${toLiteral(value, pythonStyle)}` : toLiteral(value, pythonStyle),
  );
  const lines = [...values, `api_name=${JSON.stringify(`/${endpoint.name}`)}`].map((line) => `    ${line},`);
  if (!endpoint.isGenerator) return [`${result} = client.predict(`, ...lines, ")", `print(${result})`];
  return [`for ${result} in client.submit(`, ...lines, "):", `    print(${result})`];
}

/** Words of the language, and arguments of `predict` itself. */
const pythonWords: ReadonlySet<string> = new Set(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield None True False api_name fn_index headers".split(
    " ",
  ),
);

/** Gradio's clients write an item of a gallery in their own words. */
function toWire({ endpoint, parameters }: SnippetCall): Readonly<Record<string, Json>> {
  const components = new Map(endpoint.parameters.map(({ name, component }) => [name, component]));
  const entries = Object.entries(parameters).map(([name, value]): [string, Json] => {
    const isGallery = components.get(name) === "gallery" && Array.isArray(value);
    return [name, isGallery ? value.map(toGalleryItem) : value];
  });
  return Object.fromEntries(entries);
}

function toGalleryItem(item: Json): Json {
  if (typeof item !== "object" || item === null || !("file" in item)) return item;
  const { file, caption = null } = item;
  return { image: file ?? null, caption };
}

function hasFiles(calls: readonly SnippetCall[]): boolean {
  return calls.some(({ parameters }) => filesIn(parameters).length > 0);
}
