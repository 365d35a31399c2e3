/**
 * Sets the styles that sanitised HTML carries in `data-vt-style`: the page's policy drops `style` attributes, and only
 * what scripts set is left.
 */
export function applyStyles(root: HTMLElement | null): void {
  for (const element of root?.querySelectorAll<HTMLElement>("[data-vt-style]") ?? []) {
    element.style.cssText = element.dataset["vtStyle"] ?? "";
  }
}
