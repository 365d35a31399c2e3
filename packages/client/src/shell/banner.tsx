import type { ConnectionState } from "../connection.ts";
import type { Page } from "../page.ts";
import { useIsLate } from "./lateness.ts";
import { usePage } from "./page-context.ts";
import { watched } from "./watched.ts";

/** A drop that heals at once is not worth a word. */
const tellAfterMs = 1000;

interface Notice {
  readonly text: string;
  /** What the visitor can do about it. */
  readonly action?: { readonly label: string; readonly act: () => void };
}

/** Says once and plainly when the page is cut off from its server, and what can be done. */
export const Banner = watched(function Banner() {
  const { page } = usePage();
  const state = page.connectionState.value;
  const notice = noticeOf(state, page);
  const isShown = useIsLate(notice !== undefined, notice?.action ? 0 : tellAfterMs);
  return (
    <div class="vt-banner" data-part="banner" role="status" hidden={!isShown}>
      {isShown && notice?.text}
      {isShown && notice?.action && (
        <button type="button" class="vt-button" data-size="sm" onClick={notice.action.act}>
          {notice.action.label}
        </button>
      )}
    </div>
  );
});

function noticeOf(state: ConnectionState, page: Page): Notice | undefined {
  switch (state.stage) {
    case "takenOver":
      return {
        text: "This session is open in another tab.",
        action: { label: "Use it here", act: () => page.connection.useHere() },
      };
    case "outdated":
      return {
        text: "The app has a newer version than this page.",
        action: { label: "Reload", act: () => location.reload() },
      };
    case "reconnecting":
      return {
        text: `${state.reason === "restart" ? "The server restarts." : "The connection is lost."} Reconnecting; what you entered is kept.`,
      };
    case "connecting":
    case "open":
    case "closed":
      return undefined;
  }
}
