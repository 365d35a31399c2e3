import type { View } from "@vitrine/components/views";
import { toJobId, type AppConfig } from "@vitrine/core";
import { options } from "preact";
import { renderToString } from "preact-render-to-string";
import { systemClock } from "./clock.ts";
import { Page } from "./page.ts";
import { layoutCss } from "./shell/layout-css.ts";
import { Shell } from "./shell/shell.tsx";

// A view that fails is replaced by a sentence, as in the browser.
Object.assign(options, { errorBoundaries: true });

/** The app's page as it looks at first, drawn by the components that draw it in the browser. */
export function drawApp(
  config: AppConfig,
  views: Readonly<Record<string, View>>,
): { readonly html: string; readonly layoutCss: string } {
  const page = new Page({
    config,
    clock: systemClock,
    createJobId: () => toJobId("never-run"),
    openSocket: refuse,
    nextFrame: refuse,
    sendFile: refuse,
  });
  const value = {
    page,
    views: { get: (type: string) => views[type], load: refuse },
    drawn: new Set<never>(),
  };
  return { html: renderToString(<Shell value={value} />), layoutCss: layoutCss(config.root) };
}

function refuse(): never {
  throw new Error("A page drawn on the server does not act.");
}
