import { useIsLate } from "./lateness.ts";
import { usePage } from "./page-context.ts";
import { watched } from "./watched.ts";

/** A drop that heals at once is not worth a word. */
const tellAfterMs = 1000;

/** Says once and plainly when the page is cut off from its server, and what can be done. */
export const Banner = watched(function Banner() {
  const { page } = usePage();
  const state = page.connectionState.value;
  const isLate = useIsLate(state.stage === "reconnecting" || state.stage === "connecting", tellAfterMs);
  const isShown = state.stage === "takenOver" || state.stage === "outdated" || isLate;
  return (
    <div class="vt-banner" data-part="banner" role="status" hidden={!isShown}>
      {isShown && <BannerText />}
    </div>
  );
});

const BannerText = watched(function BannerText() {
  const { page } = usePage();
  const state = page.connectionState.value;
  switch (state.stage) {
    case "takenOver":
      return (
        <>
          This session is open in another tab.
          <button type="button" class="vt-button" data-size="sm" onClick={() => page.connection.useHere()}>
            Use it here
          </button>
        </>
      );
    case "outdated":
      return (
        <>
          The app has a newer version than this page.
          <button type="button" class="vt-button" data-size="sm" onClick={() => location.reload()}>
            Reload
          </button>
        </>
      );
    case "reconnecting":
      return (
        <>
          {state.reason === "restart" ? "The server restarts." : "The connection is lost."} Reconnecting; what
          you entered is kept.
        </>
      );
    case "connecting":
      return <>Connecting to the server.</>;
    case "open":
    case "closed":
      return null;
  }
});
