import { VitrineError, type Json, type JsonObject } from "@vitrine/core";
import { isList, isObject, type ReadContext, type WireAdapter } from "./adapter.ts";
import { fileSchema } from "./file-schemas.ts";

/** A conversation. On the wire a message's content is a list of parts; ours is Markdown, where a file is a link. */
export const chatbotAdapter: WireAdapter = {
  async read(wire, context) {
    if (!isList(wire)) return wire;
    return Promise.all(wire.map((message) => readMessage(message, context)));
  },
  write: (payload) => (isList(payload) ? payload.map(writeMessage) : []),
  schema: () => chatSchema,
};

async function readMessage(message: Json, context: ReadContext): Promise<Json> {
  if (!isObject(message)) throw refused("a message as { role, content }");
  const { role = null, content = null, metadata = null, options = null } = message;
  const parts = isList(content) ? content : [content];
  const texts = await Promise.all(parts.map((part) => readPart(part, context)));
  return {
    role,
    content: texts.join("\n\n"),
    ...(metadata === null ? {} : { metadata }),
    ...(isList(options) ? { options: options.map(readOption) } : {}),
  };
}

async function readPart(part: Json, { takeFile }: ReadContext): Promise<string> {
  if (typeof part === "string") return part;
  if (!isObject(part)) throw refused("content as text or parts of type text or file");
  const { type = null, text = null, file = null, alt_text: alt = null } = part;
  if (type === "text" && typeof text === "string") return text;
  const wire = type === "file" ? file : "path" in part ? part : undefined;
  if (wire === undefined) throw refused("parts of type text or file");
  const { name, mimeType, url } = await takeFile(wire);
  const shown = (typeof alt === "string" && alt !== "" ? alt : name).replace(/[\\[\]]/g, "");
  return `${mimeType.startsWith("image/") ? "!" : ""}[${shown}](${url})`;
}

function readOption(option: Json): Json {
  if (!isObject(option)) return option;
  const { value = null, label = null } = option;
  return { value, ...(label === null ? {} : { label }) };
}

function writeMessage(message: Json): Json {
  if (!isObject(message)) return message;
  const { role = null, content = null, metadata = null, options = null } = message;
  return { role, metadata, content: [{ type: "text", text: content }], options };
}

function refused(expected: string): VitrineError {
  return new VitrineError("PAYLOAD_INVALID", { message: `A chat expected ${expected}.` });
}

function nullable(schema: JsonObject): JsonObject {
  return { anyOf: [schema, { type: "null" }], default: null };
}

const textPart: JsonObject = {
  properties: { text: { type: "string" }, type: { const: "text", default: "text" } },
  required: ["text"],
  title: "TextMessage",
  type: "object",
};

const filePart: JsonObject = {
  properties: {
    file: fileSchema,
    alt_text: nullable({ type: "string" }),
    type: { const: "file", default: "file" },
  },
  required: ["file"],
  title: "FileMessage",
  type: "object",
};

const chatSchema: JsonObject = {
  items: {
    properties: {
      role: { enum: ["user", "assistant", "system"], type: "string" },
      metadata: nullable({ type: "object", additionalProperties: {} }),
      content: { items: { anyOf: [textPart, filePart] }, type: "array" },
      options: nullable({
        items: {
          properties: { value: { type: "string" }, label: { type: "string" } },
          required: ["value"],
          title: "OptionDict",
          type: "object",
        },
        type: "array",
      }),
    },
    required: ["role", "content"],
    title: "Message",
    type: "object",
  },
  title: "ChatbotDataMessages",
  type: "array",
};
