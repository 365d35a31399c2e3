import type { Block } from "../component/block.ts";
import { Component, type ComponentContext } from "../component/component.ts";
import type { AppConfig, BlockConfig, ListenerConfig } from "../protocol/app-config.ts";
import type { CompiledApp, CompiledListener } from "./compile-app.ts";
import { Layout } from "./layout.ts";

export interface DescribeOptions {
  readonly context: ComponentContext;
  readonly isDevelopment: boolean;
  readonly maxUploadBytes: number;
}

/** What the page is sent to draw the app: the tree with first payloads, and the listeners. */
export async function describeApp(app: CompiledApp, options: DescribeOptions): Promise<AppConfig> {
  const { title, theme, sessions, fillHeight, fillWidth } = app.root.options;
  const listeners = [...app.listeners.values()];
  const inputs = new Set(listeners.flatMap((listener) => listener.inputIds));
  const outputs = new Set(listeners.flatMap((listener) => listener.outputIds));
  const isInteractive = (block: Block): boolean => {
    const explicit = block instanceof Component ? block.options.interactive : undefined;
    const id = app.idOf(block);
    return explicit ?? (inputs.has(id) || !outputs.has(id));
  };
  const config = {
    title: title ?? "Vitrine",
    theme: theme ?? "system",
    sessions: sessions ?? "page",
    fillHeight: fillHeight ?? false,
    fillWidth: fillWidth ?? false,
    isDevelopment: options.isDevelopment,
    maxUploadBytes: options.maxUploadBytes,
    root: await describeBlock(app.root, { app, context: options.context, isInteractive }),
    listeners: listeners.map(describeListener),
  };
  return { fingerprint: fingerprintOf(JSON.stringify(config)), ...config };
}

/** 53 bits of a text (cyrb53): enough to tell one version of an app from another, nothing to keep secrets with. */
function fingerprintOf(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return (2 ** 32 * (low & 0x1fffff) + (high >>> 0)).toString(36);
}

interface BlockDescriber {
  readonly app: CompiledApp;
  readonly context: ComponentContext;
  readonly isInteractive: (block: Block) => boolean;
}

async function describeBlock(block: Block, describer: BlockDescriber): Promise<BlockConfig> {
  const { app, context } = describer;
  const id = app.idOf(block);
  const base = { id, type: block.type, key: app.keyOf(id), props: block.props(app.idOf) };
  if (block instanceof Component) {
    const payload = await block.initialPayload(context);
    return {
      ...base,
      payload,
      emptyPayload: block.emptyPayload,
      interactive: describer.isInteractive(block),
    };
  }
  if (!(block instanceof Layout)) return base;
  const shown = block.children.filter(
    (child) => !(child instanceof Component && child.storage === "session"),
  );
  return { ...base, children: await Promise.all(shown.map((child) => describeBlock(child, describer))) };
}

function describeListener(listener: CompiledListener): ListenerConfig {
  const { options } = listener;
  return {
    id: listener.id,
    triggers: [...listener.triggers],
    ...(listener.chain ? { chain: listener.chain } : {}),
    inputs: [...listener.inputIds],
    outputs: [...listener.outputIds],
    cancels: [...listener.cancels],
    hasFunction: listener.fn !== null,
    triggerMode: listener.triggerMode,
    showProgress: options.showProgress ?? "full",
    scrollToOutput: options.scrollToOutput ?? false,
    // What may not be called by its name, or is listed nowhere, is not told here either.
    ...(listener.apiName === undefined || (options.apiVisibility ?? "public") !== "public"
      ? {}
      : { apiName: listener.apiName }),
  };
}
