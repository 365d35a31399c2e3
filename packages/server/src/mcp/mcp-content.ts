import { readFile } from "node:fs/promises";
import type { ApiOutput, Endpoint, FileRef, JsonObject, OwnedFiles } from "@vitrine/core";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { toPlainFile } from "../api/plain-values.ts";

/** Pictures and sounds above it are given by their address alone, in bytes; the same for all of a result together. */
const maxInlineBytes = 4 << 20;
/** What models can look at. */
const pictures: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);

type Content = CallToolResult["content"][number];

interface Given {
  readonly data: JsonObject;
  readonly outputs: readonly ApiOutput[];
  readonly files: OwnedFiles;
  readonly baseUrl: string;
}

/** What a tool answers: the values as data, and in words, with pictures and sounds to look at and the address of every file. */
export async function resultOf(endpoint: Endpoint, given: Given): Promise<CallToolResult> {
  const content: Content[] = [{ type: "text", text: textOf(given.data) }];
  let leftBytes = maxInlineBytes;
  for (const file of filesOf(endpoint, given.outputs)) {
    const { url, name, mimeType, sizeBytes } = toPlainFile(file, given.baseUrl);
    const type = pictures.has(mimeType) ? "image" : mimeType.startsWith("audio/") ? "audio" : undefined;
    if (type && sizeBytes <= leftBytes) {
      const { path } = await given.files.open(file);
      content.push({ type, data: await readFile(path, "base64"), mimeType });
      leftBytes -= sizeBytes;
    }
    content.push({ type: "resource_link", uri: url, name, mimeType, size: sizeBytes });
  }
  return { content, ...(endpoint.returns.length === 0 ? {} : { structuredContent: given.data }) };
}

/** One text is given as it is: models read it more easily than JSON. */
function textOf(data: JsonObject): string {
  const [only, ...others] = Object.values(data);
  return typeof only === "string" && others.length === 0 ? only : JSON.stringify(data);
}

function filesOf(endpoint: Endpoint, outputs: readonly ApiOutput[]): readonly FileRef[] {
  return endpoint.returns.flatMap(({ component, index }) => {
    const payload = outputs[index]?.payload;
    return payload === undefined || payload === null ? [] : component.filesIn(payload);
  });
}
