import type { Page } from "../page.ts";

/** Opens the view of the app's API, which is fetched first. Without the server it stays as it is; the banner says so. */
export function openApi(page: Page): void {
  import("../api-view/show-api.tsx").then(
    ({ openApiView }) => openApiView(page),
    () => undefined,
  );
}
