interface BuiltView {
  readonly js: string;
  readonly css?: string;
  /** Chunks fetched with it. */
  readonly imports: readonly string[];
}

export interface Manifest {
  readonly boot: BuiltView;
  readonly theme: { readonly js: string };
  readonly views: Readonly<Record<string, BuiltView>>;
}

/** Builds the page's files. @param options outDir: where to. Default: `dist` beside this file */
export function buildClient(options?: { readonly outDir?: string }): Promise<Manifest>;
