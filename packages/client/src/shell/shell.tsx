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
          {drawBlocks(page.store.value.root.children)}
        </main>
        <Footer />
        {notices && <notices.Toasts toasts={page.toasts} />}
        {notices && <notices.BuildFailure failure={page.buildFailure} />}
      </div>
    </PageContext.Provider>
  );
});
