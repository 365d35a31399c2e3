/** Ctrl+Enter (Cmd+Enter on a Mac) presses the primary button nearest to where the visitor is. */
export function runOnShortcut(event: KeyboardEvent): void {
  if (
    event.key !== "Enter" ||
    !(event.ctrlKey || event.metaKey) ||
    event.isComposing ||
    event.defaultPrevented
  )
    return;
  const button = nearestPrimary(event.target instanceof Element ? event.target : document.body);
  if (!button) return;
  event.preventDefault();
  button.click();
}

function nearestPrimary(from: Element): HTMLElement | undefined {
  for (let around: Element | null = from; around; around = around.parentElement) {
    const buttons = around.querySelectorAll<HTMLElement>(
      'button.vt-button[data-variant="primary"]:not(:disabled)',
    );
    const shown = [...buttons].find((button) => button.checkVisibility());
    if (shown) return shown;
  }
  return undefined;
}
