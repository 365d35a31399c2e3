import {
  Component,
  type AppHost,
  type Block,
  type BlockConfig,
  type Endpoint,
  type Json,
  type JsonObject,
} from "@vitrine/core";
import { toFileData } from "../files/gradio-files.ts";
import { adapterOf, gradioType } from "../wire/table.ts";
import { numberingOf } from "./numbering.ts";

/** What Gradio's clients are told to be talking to: Python's compares it, and knows no others. */
const version = "6.25.0+vitrine.0.1";

/** What `/config` answers: components and functions by number, and how to reach them. */
export function describeConfig(host: AppHost, root: string): JsonObject {
  const { config, app } = host;
  const numbering = numberingOf(host);
  const payloads = payloadsOf(config.root);
  const components = [...app.blocks].flatMap(([id, block]): JsonObject[] => {
    const number = numbering.blocks.get(id) ?? 0;
    return number === 0 ? [] : [describeComponent(block, { number, payload: payloads.get(id), root })];
  });
  const dependencies = [...numbering.endpoints].map(([id, endpoint]) =>
    describeDependency(endpoint, id, numbering.blocks),
  );
  return {
    version,
    api_prefix: "/gradio_api",
    protocol: "sse_v3",
    app_id: config.fingerprint ?? "",
    root,
    title: config.title,
    mode: "blocks",
    is_space: false,
    is_colab: false,
    dev_mode: false,
    analytics_enabled: false,
    space_id: null,
    username: null,
    enable_queue: true,
    show_error: true,
    // A script would not end by itself: its client never closes the heartbeat it opens.
    connect_heartbeat: false,
    run_history: false,
    max_file_size: config.maxUploadBytes,
    components,
    dependencies,
    layout: layoutOf(config.root, numbering.blocks),
  };
}

interface ComponentPlace {
  readonly number: number;
  readonly payload: Json | undefined;
  readonly root: string;
}

function describeComponent(block: Block, { number, payload, root }: ComponentPlace): JsonObject {
  const type = gradioType(block.type);
  const isCalled = block instanceof Component && block.isInApi;
  const label = block instanceof Component ? (block.options.label ?? block.defaultLabel) : undefined;
  const fileData = (ref: Parameters<typeof toFileData>[0]): JsonObject => toFileData(ref, root);
  const value =
    isCalled && payload !== undefined
      ? adapterOf(block).write(payload, { component: block, fileData })
      : null;
  return {
    id: number,
    type,
    props: {
      name: type,
      ...(label === undefined ? {} : { label }),
      ...(value === null ? {} : { value }),
      ...(block.options.visible === undefined ? {} : { visible: block.options.visible }),
    },
    skip_api: !isCalled,
    component_class_id: type,
    key: null,
  };
}

function describeDependency(
  { name, description, visibility, listener, isGenerator }: Endpoint,
  id: number,
  blocks: ReadonlyMap<string, number>,
): JsonObject {
  const numbersOf = (ids: readonly string[]): number[] => ids.map((blockId) => blocks.get(blockId) ?? 0);
  const targets = listener.triggers.map(({ blockId, event }): Json => [
    blocks.get(blockId) ?? 0,
    snakeCase(event),
  ]);
  return {
    id,
    targets,
    inputs: numbersOf(listener.inputIds),
    outputs: numbersOf(listener.outputIds),
    backend_fn: true,
    js: null,
    // Calls beside the queue end no iterator of the JavaScript client.
    queue: true,
    api_name: name,
    api_description: description,
    api_visibility: visibility,
    show_api: visibility === "public",
    scroll_to_output: false,
    show_progress: "full",
    batch: listener.batch !== undefined,
    max_batch_size: listener.batch?.maxSize ?? 4,
    cancels: [],
    types: { generator: isGenerator, cancel: false },
    collects_event_data: false,
    trigger_after: null,
    trigger_only_on_success: false,
    trigger_only_on_failure: false,
    trigger_mode: "multiple",
    rendered_in: null,
    render_id: null,
    connection: "sse",
    time_limit: null,
    stream_every: 0.5,
    event_specific_args: null,
  };
}

function payloadsOf(root: BlockConfig): ReadonlyMap<string, Json> {
  const payloads = new Map<string, Json>();
  const add = (block: BlockConfig): void => {
    if (block.payload !== undefined) payloads.set(block.id, block.payload as Json);
    for (const child of block.children ?? []) add(child);
  };
  add(root);
  return payloads;
}

function layoutOf(block: BlockConfig, blocks: ReadonlyMap<string, number>): JsonObject {
  const children = (block.children ?? []).map((child) => layoutOf(child, blocks));
  return { id: blocks.get(block.id) ?? 0, ...(children.length === 0 ? {} : { children }) };
}

/** Changed options under the names Gradio has for them. */
export function snakeCaseKeys(props: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(props).map(([name, value]) => [snakeCase(name), value]));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
