import { signal, type Signal } from "./signal.ts";
import type { View } from "@vitrine/components/views";
import * as v from "valibot";

/** Where the parts of each view lie, relative to the page's script: what the build wrote into its manifest. */
export const viewAssetsSchema = v.record(
  v.string(),
  v.object({ js: v.string(), css: v.optional(v.string()) }),
);
export type ViewAssets = v.InferOutput<typeof viewAssetsSchema>;

/** Finds the view of a type; loads it when it is not there yet. */
export interface Views {
  get(type: string): View | undefined;
  /** @throws when the view does not exist or cannot be fetched; asking again tries again */
  load(type: string): Promise<void>;
}

interface ViewLoaderOptions {
  /** Views that are there already. */
  readonly basicViews: ReadonlyMap<string, View>;
  readonly assets: ViewAssets;
  readonly importModule: (file: string) => Promise<{ readonly default: View }>;
  /** Adds a style sheet unless the page has it. */
  readonly addStyleSheet: (file: string) => void;
}

/** Views, each in a file of its own, loaded once. */
export class ViewLoader implements Views {
  readonly #options: ViewLoaderOptions;
  readonly #loaded: Signal<ReadonlyMap<string, View>>;
  readonly #loading = new Map<string, Promise<void>>();

  constructor(options: ViewLoaderOptions) {
    this.#options = options;
    this.#loaded = signal(options.basicViews);
  }

  get(type: string): View | undefined {
    return this.#loaded.value.get(type);
  }

  load(type: string): Promise<void> {
    const loading = this.#loading.get(type) ?? this.#load(type);
    this.#loading.set(type, loading);
    loading.catch(() => this.#loading.delete(type));
    return loading;
  }

  async #load(type: string): Promise<void> {
    const { basicViews, assets, importModule, addStyleSheet } = this.#options;
    if (basicViews.has(type)) return;
    const entry = assets[type];
    if (!entry) throw new Error(`There is no view for "${type}".`);
    if (entry.css) addStyleSheet(entry.css);
    const module = await importModule(entry.js);
    this.#loaded.value = new Map(this.#loaded.peek()).set(type, module.default);
  }
}
