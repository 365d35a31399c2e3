import type { Endpoint, JsonObject } from "@vitrine/core";
import {
  exampleParameters,
  exampleReturns,
  parametersSchema,
  returnsSchema,
  usesState,
} from "./plain-endpoint.ts";
import { fileInputSchema, fileSchema, type FileSchemas } from "./plain-schema.ts";
import { sessionHeader } from "./rest-request.ts";

export interface OpenApiOptions {
  readonly title: string;
  /** Address of the app as the client knows it, with a slash at the end. */
  readonly baseUrl: string;
}

/** The public endpoints of an app as an OpenAPI 3.1 document. */
export function describeOpenApi(endpoints: readonly Endpoint[], options: OpenApiOptions): JsonObject {
  const listed = endpoints.filter(({ visibility }) => visibility === "public");
  const calls = listed.map((endpoint) => [
    `/api/${endpoint.name}`,
    { post: describeCall(endpoint, options) },
  ]);
  // An endpoint of that name takes its place.
  const upload = listed.some(({ name }) => name === "upload")
    ? {}
    : { "/api/upload": { post: describeUpload } };
  return {
    openapi: "3.1.0",
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    info: { title: options.title, version: "1.0.0" },
    servers: [{ url: options.baseUrl.replace(/\/$/, "") }],
    paths: { ...(Object.fromEntries(calls) as JsonObject), ...upload },
    components: {
      parameters: { Session: sessionParameter },
      schemas: { FileInput: fileInputSchema, File: fileSchema, Message: messageSchema, Error: errorSchema },
      responses: {
        Error: {
          description: "The call was refused, or failed.",
          content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
        },
      },
    },
  };
}

const files: FileSchemas = {
  in: { $ref: "#/components/schemas/FileInput" },
  out: { $ref: "#/components/schemas/File" },
};

const errors: JsonObject = { default: { $ref: "#/components/responses/Error" } };

function describeCall(endpoint: Endpoint, options: OpenApiOptions): JsonObject {
  const { name, description, isGenerator } = endpoint;
  const { baseUrl } = options;
  const schema = parametersSchema(endpoint, files, baseUrl);
  const eachValue = isGenerator ? "It gives several values: the answer is the last of them, " : "";
  const howToFollow = `with "Accept: text/event-stream" the answer is ${isGenerator ? "each of them" : "the value"}, the progress and the place in the queue as they come.`;
  return {
    operationId: name,
    summary: description.split(/\n|(?<=\.)\s/)[0] || name,
    description: `${description === "" ? "" : `${description}\n\n`}${eachValue}${eachValue ? howToFollow : capitalised(howToFollow)}`,
    ...(usesState(endpoint) ? { parameters: [{ $ref: "#/components/parameters/Session" }] } : {}),
    requestBody: {
      required: "required" in schema,
      content: { "application/json": { schema, example: exampleParameters(endpoint, baseUrl) } },
    },
    responses: {
      "200": {
        description: isGenerator ? "The last value." : "The value.",
        content: {
          "application/json": {
            schema: answerSchema(returnsSchema(endpoint, files)),
            example: { data: exampleReturns(endpoint, baseUrl) },
          },
          "text/event-stream": { schema: eventsSchema },
        },
      },
      ...errors,
    },
  };
}

function answerSchema(data: JsonObject): JsonObject {
  return {
    type: "object",
    properties: {
      data,
      messages: {
        type: "array",
        items: { $ref: "#/components/schemas/Message" },
        description: "What the function said meanwhile.",
      },
    },
    required: ["data"],
  };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const eventsSchema: JsonObject = {
  type: "string",
  description:
    "Events, each with JSON as its data: `queued` { position }, `progress` { fraction, description }, `message`, `value` { data }, at last `complete` { data } or `error` { error }.",
};

const sessionParameter: JsonObject = {
  name: sessionHeader,
  in: "header",
  description:
    "Calls with the same name share what the app remembers. Whoever knows it takes part, so choose one nobody guesses, such as a UUID. Without it every call begins anew; the answer names the session it began.",
  required: false,
  schema: { type: "string", pattern: "^[\\w.~-]{16,200}$" },
};

const messageSchema: JsonObject = {
  type: "object",
  properties: {
    level: { type: "string", enum: ["info", "success", "warning", "error"] },
    message: { type: "string" },
    title: { type: "string" },
    durationMs: { type: "number" },
  },
  required: ["level", "message"],
};

const errorSchema: JsonObject = {
  type: "object",
  properties: {
    error: {
      type: "object",
      properties: {
        code: { type: "string", description: "What went wrong, in one word." },
        message: { type: "string", description: "What was expected, and what came." },
        hint: { type: "string", description: "What to do." },
        parameter: { type: "string", description: "The parameter it is about." },
      },
      required: ["code", "message"],
    },
  },
  required: ["error"],
};

const describeUpload: JsonObject = {
  operationId: "uploadFile",
  summary: "Upload a file.",
  description:
    "Keeps a file for later calls: send the `url` that answers where a call takes a file. It is good for as long as its session is kept.",
  parameters: [
    {
      name: "name",
      in: "query",
      description: "Name of the file.",
      required: false,
      schema: { type: "string" },
      example: "picture.png",
    },
    { $ref: "#/components/parameters/Session" },
  ],
  requestBody: {
    required: true,
    content: {
      "application/octet-stream": { schema: { type: "string", format: "binary" } },
      "multipart/form-data": {
        schema: {
          type: "object",
          properties: { file: { type: "string", format: "binary" } },
          required: ["file"],
        },
      },
    },
  },
  responses: {
    "201": {
      description: "The file.",
      content: { "application/json": { schema: { $ref: "#/components/schemas/File" } } },
    },
    ...errors,
  },
};
