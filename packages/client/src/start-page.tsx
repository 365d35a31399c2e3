import type { View } from "@vitrine/components/views";
import { appConfigSchema, toJobId } from "@vitrine/core";
import { render } from "preact";
import * as v from "valibot";
import { systemClock } from "./clock.ts";
import { Page } from "./page.ts";
import { openApi } from "./shell/open-api.ts";
import { runOnShortcut } from "./shell/run-shortcut.ts";
import { Shell } from "./shell/shell.tsx";
import { ViewLoader, viewAssetsSchema } from "./view-loader.ts";

/** Brings the page the server has drawn to life. @param basicViews views that need no loading, by type */
export async function startPage(basicViews: ReadonlyMap<string, View>): Promise<void> {
  const config = v.parse(appConfigSchema, readJson("vitrine-config"));
  const views = new ViewLoader({
    basicViews,
    assets: v.parse(viewAssetsSchema, readJson("vitrine-assets")),
    importModule,
    addStyleSheet,
  });
  const memoryKey = `vitrine:${location.pathname}`;
  const tab = config.sessions === "tab" ? await import("./tab-memory.ts") : undefined;
  const page = new Page({
    config,
    clock: systemClock,
    createJobId: () => toJobId(crypto.getRandomValues(new Uint32Array(4)).join("-")),
    openSocket,
    nextFrame,
    sendFile: async (file, options) => (await import("./send-file.ts")).sendFile(file, options),
    memory: tab?.takeMemory(sessionStorage, memoryKey),
  });
  await Promise.allSettled([...typesIn(config.root)].map((type) => views.load(type)));
  const container = document.getElementById("vitrine") ?? document.body;
  // render, not hydrate: a browser may have put old texts back into the inputs of a reloaded page.
  render(<Shell value={{ page, views, drawn: new Set() }} />, container);
  page.onScrollTo = (blockId) =>
    document.querySelector(`[data-block="${blockId}"]`)?.scrollIntoView({ block: "nearest" });
  page.open();
  if (location.search.includes("view=api")) openApi(page);
  listen(page);
  addEventListener("pagehide", () => page.memory && tab?.leaveMemory(sessionStorage, memoryKey, page.memory));
  // Back from the browser's cache: the session is in use again, and no other page may find it.
  addEventListener("pageshow", (event) => event.persisted && tab?.takeMemory(sessionStorage, memoryKey));
}

function listen(page: Page): void {
  const wake = () => document.hidden || page.connection.wake();
  addEventListener("keydown", runOnShortcut);
  addEventListener("online", wake);
  addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", wake);
}

function openSocket(): WebSocket {
  const url = new URL(`socket${location.search}`, document.baseURI);
  url.protocol = url.protocol.replace("http", "ws");
  return new WebSocket(url);
}

/** A hidden page draws no frames, but its jobs go on. */
function nextFrame(callback: () => void): void {
  if (document.hidden) setTimeout(callback);
  else requestAnimationFrame(callback);
}

function importModule(file: string): Promise<{ readonly default: View }> {
  // Files of one build lie side by side.
  return import(new URL(file, import.meta.url).href) as Promise<{ readonly default: View }>;
}

function addStyleSheet(file: string): void {
  const { href } = new URL(file, import.meta.url);
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}

function readJson(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

function typesIn(block: {
  readonly type: string;
  readonly children?: readonly (typeof block)[];
}): Set<string> {
  const types = new Set(block.type === "app" ? [] : [block.type]);
  for (const child of block.children ?? []) for (const type of typesIn(child)) types.add(type);
  return types;
}
