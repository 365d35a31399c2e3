import { Check, Ellipsis } from "lucide";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/browser/icon.tsx";
import type { TabItem } from "./tabs-view.tsx";

interface MoreTabsProps {
  readonly menuId: string;
  readonly tabs: readonly TabItem[];
  readonly selected: TabItem | undefined;
  readonly onSelect: (tab: TabItem) => void;
  readonly strip: RefObject<HTMLDivElement | null>;
}

/** A menu of all tabs, shown when they do not fit in a line. */
export function MoreTabs({ menuId, tabs, selected, onSelect, strip }: MoreTabsProps) {
  const isNeeded = useOverflow(strip, tabs);
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  useOpenMenu({ isOpen, button, menu, close: () => setOpen(false) });
  if (!isNeeded) return null;

  const choose = (tab: TabItem): void => {
    setOpen(false);
    onSelect(tab);
    document.getElementById(tab.buttonId)?.focus({ preventScroll: true });
  };
  return (
    <>
      <button
        type="button"
        class="vt-icon-button vt-tabs-more"
        aria-label="All tabs"
        title="All tabs"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        {...(isOpen ? { "aria-controls": menuId } : {})}
        ref={button}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon of={Ellipsis} />
      </button>
      {isOpen && (
        <div
          class="vt-tabs-menu"
          role="menu"
          id={menuId}
          aria-label="All tabs"
          popover="manual"
          ref={menu}
          onKeyDown={moveInMenu}
        >
          {tabs.map((tab) => (
            <button
              key={tab.blockId}
              type="button"
              role="menuitemradio"
              class="vt-tabs-menu-item"
              aria-checked={tab === selected}
              aria-disabled={!tab.isEnabled}
              tabIndex={-1}
              onClick={() => tab.isEnabled && choose(tab)}
            >
              <span>{tab.label}</span>
              {tab === selected && <Icon of={Check} />}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

/** Whether the strip's tabs need more room than it has. */
function useOverflow(strip: RefObject<HTMLDivElement | null>, tabs: readonly TabItem[]): boolean {
  const [isOverflowing, setOverflowing] = useState(false);
  const labels = tabs.map((tab) => tab.label).join("\n");
  useLayoutEffect(() => {
    const list = strip.current;
    if (!list) return;
    const measure = (): void => {
      // Measured on the head: showing the menu button narrows the strip, which must not decide about the button.
      const room = list.parentElement?.clientWidth ?? list.clientWidth;
      setOverflowing(list.scrollWidth > room + 1);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(list);
    if (list.parentElement) observer.observe(list.parentElement);
    return () => observer.disconnect();
  }, [labels]);
  return isOverflowing;
}

interface OpenMenu {
  readonly isOpen: boolean;
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly menu: RefObject<HTMLDivElement | null>;
  readonly close: () => void;
}

/** Puts the open menu below its button in the top layer, and closes it on Escape, Tab and presses elsewhere. */
function useOpenMenu({ isOpen, button, menu, close }: OpenMenu): void {
  useLayoutEffect(() => {
    const list = menu.current;
    const anchor = button.current;
    if (!isOpen || !list || !anchor) return;
    // Browsers without popovers show it in place; it is fixed there.
    if ("showPopover" in list) list.showPopover();
    const place = anchor.getBoundingClientRect();
    list.style.setProperty("top", `${place.bottom + 4}px`);
    list.style.setProperty("left", `${Math.max(8, place.right - list.offsetWidth)}px`);
    list.style.setProperty("max-height", `${Math.max(120, window.innerHeight - place.bottom - 16)}px`);
    (
      list.querySelector<HTMLElement>("[aria-checked=true]") ?? list.querySelector<HTMLElement>("button")
    )?.focus();
    const onPress = (event: Event): void => {
      const target = event.target as Node;
      if (!list.contains(target) && !anchor.contains(target)) close();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Tab") close();
      if (event.key !== "Escape") return;
      close();
      anchor.focus();
    };
    document.addEventListener("pointerdown", onPress);
    document.addEventListener("keydown", onKey);
    window.addEventListener("resize", close);
    return () => {
      document.removeEventListener("pointerdown", onPress);
      document.removeEventListener("keydown", onKey);
      window.removeEventListener("resize", close);
    };
  }, [isOpen]);
}

function moveInMenu(event: KeyboardEvent): void {
  const menu = event.currentTarget as HTMLElement;
  const items = [...menu.querySelectorAll<HTMLElement>("[role=menuitemradio]:not([aria-disabled=true])")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const targets: Readonly<Record<string, HTMLElement | undefined>> = {
    ArrowDown: items.at((at + 1) % items.length),
    ArrowUp: items.at((at - 1) % items.length),
    Home: items[0],
    End: items.at(-1),
  };
  const target = targets[event.key];
  if (!target) return;
  event.preventDefault();
  target.focus();
}
