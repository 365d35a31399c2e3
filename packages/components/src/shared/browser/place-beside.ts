/** Distance between a popup and what it belongs to, and from the edges of the window, in pixels. */
const gapPx = 4;
const edgePx = 8;

/** Puts a fixed popup below its anchor and as wide, or above it where there is more room. */
export function placeBeside(popup: HTMLElement, anchor: HTMLElement): void {
  const { left, top, bottom, width } = anchor.getBoundingClientRect();
  const below = window.innerHeight - bottom - gapPx - edgePx;
  const above = top - gapPx - edgePx;
  popup.style.setProperty("max-height", "none");
  const wanted = popup.offsetHeight;
  const isBelow = wanted <= below || below >= above;
  popup.style.setProperty("left", `${left}px`);
  popup.style.setProperty("width", `${width}px`);
  popup.style.setProperty("max-height", `${Math.max(0, isBelow ? below : above)}px`);
  popup.style.setProperty("top", isBelow ? `${bottom + gapPx}px` : "auto");
  popup.style.setProperty("bottom", isBelow ? "auto" : `${window.innerHeight - top + gapPx}px`);
}
