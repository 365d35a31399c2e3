import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { TabItem } from "./tabs-view.tsx";

interface TabListProps {
  readonly tabs: readonly TabItem[];
  readonly selected: TabItem | undefined;
  readonly onSelect: (tab: TabItem) => void;
  readonly strip: RefObject<HTMLDivElement | null>;
}

/** The row of tabs: one tab stop, arrow keys move and select, Home and End go to the ends. */
export function TabList({ tabs, selected, onSelect, strip }: TabListProps) {
  useEffect(() => {
    // Scrolls the strip only; scrollIntoView would move the page too.
    const list = strip.current;
    const button = selected && list?.querySelector<HTMLElement>(`[aria-controls="${selected.panelId}"]`);
    if (!list || !button) return;
    const start = button.offsetLeft - list.offsetLeft;
    if (start < list.scrollLeft) list.scrollLeft = start;
    else if (start + button.offsetWidth > list.scrollLeft + list.clientWidth)
      list.scrollLeft = start + button.offsetWidth - list.clientWidth;
  }, [selected?.panelId]);

  const move = (event: KeyboardEvent): void => {
    const target = tabAfterKey(event.key, { tabs, selected, isRightToLeft: isRightToLeft(strip.current) });
    if (!target) return;
    event.preventDefault();
    onSelect(target);
    document.getElementById(target.buttonId)?.focus({ preventScroll: true });
  };
  return (
    <div class="vt-tabs-list" role="tablist" ref={strip} onKeyDown={move}>
      {tabs.map((tab) => (
        <button
          key={tab.blockId}
          type="button"
          role="tab"
          id={tab.buttonId}
          class="vt-tabs-tab"
          aria-selected={tab === selected}
          aria-controls={tab.panelId}
          aria-disabled={!tab.isEnabled}
          tabIndex={tab === selected ? 0 : -1}
          onClick={() => onSelect(tab)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}

interface KeyContext {
  readonly tabs: readonly TabItem[];
  readonly selected: TabItem | undefined;
  readonly isRightToLeft: boolean;
}

function tabAfterKey(
  key: string,
  { tabs, selected, isRightToLeft: isMirrored }: KeyContext,
): TabItem | undefined {
  const enabled = tabs.filter((tab) => tab.isEnabled);
  const at = enabled.findIndex((tab) => tab === selected);
  const step = isMirrored ? -1 : 1;
  if (key === "ArrowRight") return enabled.at((at + step) % enabled.length);
  if (key === "ArrowLeft") return enabled.at((at - step) % enabled.length);
  if (key === "Home") return enabled[0];
  if (key === "End") return enabled.at(-1);
  return undefined;
}

function isRightToLeft(element: HTMLElement | null): boolean {
  return element !== null && getComputedStyle(element).direction === "rtl";
}
