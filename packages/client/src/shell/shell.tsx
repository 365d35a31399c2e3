import type { AppConfig } from "@vitrine/core";
import { Banner } from "./banner.tsx";
import { drawBlocks } from "./block-frame.tsx";
import { Footer } from "./footer.tsx";
import { PageContext, type PageContextValue } from "./page-context.ts";
import { useNotices } from "./use-notices.ts";
import { watched } from "./watched.ts";

/** The whole page: the app's blocks and what stands around them. The server draws it first, the browser goes on with it. */
export const Shell = watched(function Shell({ value }: { readonly value: PageContextValue }) {
  const { page } = value;
  const { fillHeight, fillWidth } = page.config.value;
  const notices = useNotices(page.toasts.shown.value.length > 0 || page.buildFailure.value !== null);
  return (
    <PageContext.Provider value={value}>
      <div
        class="vt-shell"
        data-part="shell"
        data-connection={page.connectionState.value.stage}
        data-fill-height={fillHeight}
        data-fill-width={fillWidth}
      >
        <Banner />
        <main class="vt-page vt-app" data-part="page">
          <Heading config={page.config.value} />
          {drawBlocks(page.store.value.root.children)}
        </main>
        <Footer page={page} />
        {notices && <notices.Toasts toasts={page.toasts} />}
        {notices && <notices.BuildFailure failure={page.buildFailure} />}
      </div>
    </PageContext.Provider>
  );
});

/** Every page has one heading of the first level. It is not shown unless the app says so. */
const Heading = watched(function Heading({ config }: { readonly config: AppConfig }) {
  const shown = config.root.props["heading"];
  if (typeof shown === "string") return <h1 class="vt-title">{shown}</h1>;
  // An author's own, in Markdown or HTML.
  if (JSON.stringify(config.root).includes("<h1")) return null;
  return <h1 class="vt-hidden">{config.title}</h1>;
});
