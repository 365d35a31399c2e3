import {
  Component,
  isJson,
  parsePayload,
  VitrineError,
  type FileRef,
  type Json,
  type TriggerMethod,
} from "@vitrine/core";
import { Ajv2020 } from "ajv/dist/2020.js";
import { existsSync } from "node:fs";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { View } from "./shared/browser/view.ts";
import { createFolderFiles, type FolderFiles } from "./shared/folder-files.ts";
import { everyBlock, everyComponent, isVariant, propsOf } from "./testing/components.ts";
import { viewInput } from "./testing/view-input.ts";

let files: FolderFiles;

beforeAll(async () => {
  files = await createFolderFiles();
});
afterAll(() => files[Symbol.asyncDispose]());

/** What no browser of ours sends. */
const wrongPayloads: readonly (readonly [name: string, payload: unknown])[] = [
  ["nothing", undefined],
  ["null", null],
  ["a number", 7],
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["a text", "/etc/passwd"],
  ["a flag", true],
  ["an empty list", []],
  ["a list of lists", [[[1]]]],
  ["a list of NaN", [NaN]],
  ["an object", { value: 1 }],
  ["a deep object", deepObject(100)],
  [
    "__proto__",
    JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
  ],
  ["a path in place of a file", { ...forgedFile(), id: "../../etc/passwd" }],
  ["a file nobody issued", forgedFile()],
  ["a list of files nobody issued", [forgedFile()]],
  ["a bigint", 10n],
  ["a date", new Date(0)],
];

describe.each(everyComponent())("%s", (_name, component) => {
  const context = () => ({ files });

  test("its example payload and its empty payload parse", () => {
    expect(parsePayload(component, component.examplePayload())).toEqual(component.examplePayload());
    expect(parsePayload(component, component.emptyPayload)).toEqual(component.emptyPayload);
  });

  test("what it makes of an example can be shown again", async () => {
    const payload = await withIssuedFiles(component);
    const value = await component.preprocess(parsePayload(component, payload), context());
    const shown = await component.postprocess(value, context());
    expect(parsePayload(component, shown)).toEqual(shown);
    expect(isJson(shown)).toBe(true);
  });

  test("null empties it", async () => {
    expect(await component.postprocess(null, context())).toEqual(component.emptyPayload);
  });

  test("what it shows at first parses", async () => {
    const first = await component.initialPayload(context());
    expect(parsePayload(component, first)).toEqual(first);
  });

  test("its JSON schema takes the example", () => {
    const { $schema: _dialect, ...schema } = component.jsonSchema();
    expect(new Ajv2020({ strict: false }).validate(schema, component.examplePayload())).toBe(true);
  });

  test.each(wrongPayloads)(
    "meets %s with a value or a VitrineError, never another error",
    async (_what, payload) => {
      const outcome = await receive(component, payload, { files });
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(VitrineError);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    },
  );

  test.each(wrongPayloads.filter(([, payload]) => !isJson(payload, 1000)))(
    "refuses %s, which no JSON can hold",
    async (_what, payload) => {
      expect(await receive(component, payload, { files })).toBeInstanceOf(VitrineError);
    },
  );

  test("an example table can show it", () => {
    expect(isJson(component.preview(component.examplePayload()))).toBe(true);
  });

  test("an update with no changes leaves it as it is", () => {
    expect(propsOf(component.withOptions({}))).toEqual(propsOf(component));
  });
});

describe.each(everyBlock())("%s", (name, block) => {
  test("its type is the name of its folder", () => {
    const folder = isVariant(block) ? block.type : name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
    expect(block.type).toBe(folder);
    expect(existsSync(new URL(`./${folder}/${folder}-view.tsx`, import.meta.url))).toBe(true);
  });

  test("every event has a method, and every event method is an event", () => {
    const methods = Object.entries(block).filter(
      ([, value]) => typeof value === "function" && "trigger" in value,
    );
    expect(methods.map(([method]) => method).toSorted()).toEqual([...block.events].toSorted());
    for (const [method, value] of methods)
      expect((value as TriggerMethod).trigger).toEqual({ block, event: method });
  });

  test("its props are JSON", () => {
    expect(isJson(propsOf(block))).toBe(true);
  });

  test("the server draws its view, full and empty, without a word on the console or a style attribute", async () => {
    const { default: view } = (await import(`./${block.type}/${block.type}-view.tsx`)) as { default: View };
    const said = watchConsole();
    for (const payload of payloadsOf(block)) {
      for (const interactive of [true, false]) {
        const html = renderToString(h(view, viewInput({ payload, props: propsOf(block), interactive })));
        // A strict Content-Security-Policy drops them.
        expect(html).not.toMatch(/<[^>]+\sstyle=/);
      }
    }
    expect(said()).toEqual([]);
  });
});

test("there are components to test", () => {
  expect(everyComponent().length).toBeGreaterThan(10);
});

async function receive(
  component: Component,
  payload: unknown,
  context: { readonly files: FolderFiles },
): Promise<unknown> {
  try {
    return await component.preprocess(parsePayload(component, payload), context);
  } catch (error) {
    return error;
  }
}

function payloadsOf(block: unknown): readonly Json[] {
  return block instanceof Component ? [block.examplePayload(), block.emptyPayload] : [null];
}

/** Its example payload, naming files that are really there. */
async function withIssuedFiles(component: Component): Promise<Json> {
  const example = component.examplePayload();
  const issued = new Map<string, FileRef>();
  for (const { name, mimeType } of component.filesIn(example)) {
    issued.set(name, await files.upload(name, await contentOf(mimeType), mimeType));
  }
  return JSON.parse(JSON.stringify(example), (_key, value: unknown) =>
    isFile(value) ? (issued.get(value.name) ?? value) : value,
  ) as Json;
}

async function contentOf(mimeType: string): Promise<Uint8Array> {
  if (!mimeType.startsWith("image/")) return Buffer.from("content");
  return sharp({ create: { width: 4, height: 3, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
}

function isFile(value: unknown): value is FileRef {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "file";
}

function forgedFile() {
  const id = "f".repeat(64);
  return { kind: "file", id, name: "x.png", sizeBytes: 1, mimeType: "image/png", url: `files/k/${id}/x.png` };
}

function deepObject(levels: number): Json {
  return levels === 0 ? {} : { inner: deepObject(levels - 1) };
}

/** Listens to the console until what it heard is asked for. */
function watchConsole(): () => readonly unknown[] {
  const said: unknown[] = [];
  const spies = (["log", "warn", "error", "info", "debug"] as const).map((method) =>
    vi.spyOn(console, method).mockImplementation((...words: unknown[]) => void said.push(...words)),
  );
  return () => {
    for (const spy of spies) spy.mockRestore();
    return said;
  };
}
