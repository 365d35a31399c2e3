/** How many options a Page key passes. */
const pageSize = 10;

/** Where the highlight goes on a key, or undefined for a key that does not move it. -1 stands for no highlight. */
export function moveActive(key: string, active: number, count: number): number | undefined {
  const last = count - 1;
  switch (key) {
    case "ArrowDown":
      return active >= last ? 0 : active + 1;
    case "ArrowUp":
      return active <= 0 ? last : active - 1;
    case "PageDown":
      return Math.min(last, active + pageSize);
    case "PageUp":
      return Math.max(0, active - pageSize);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}
