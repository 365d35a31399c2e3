import { Check } from "lucide";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/browser/icon.tsx";
import { placeBeside } from "../shared/browser/place-beside.ts";

interface OptionListProps {
  readonly id: string;
  readonly label: string;
  /** What it hangs below, or stands above. */
  readonly anchor: { readonly current: HTMLElement | null };
  readonly count: number;
  readonly active: number;
  readonly isMulti: boolean;
  /** Shown in place of options when there are none. */
  readonly emptyText: string;
  optionAt(index: number): {
    readonly label: string;
    readonly isSelected: boolean;
    readonly isDisabled: boolean;
  };
  onPick(index: number): void;
}

/** Height of the list, in options. */
const shownRows = 8;
/** Options drawn beyond each edge, so that quick scrolling shows no gaps. */
const extraRows = 6;

/** The list of a combobox, in the top layer. Only the options in view are in the page, so thousands cost nothing. */
export function OptionList(list: OptionListProps) {
  const { id, label, anchor, count, active, isMulti, emptyText, optionAt, onPick } = list;
  const popover = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const rowPx = rowHeightPx();
  const [scrollTop, setScrollTop] = useState(() => Math.max(0, (active - shownRows / 2) * rowPx));
  usePlacement(popover, anchor, count);
  useActiveInView(scroller, { active, rowPx, scrollTop });
  const first = Math.max(0, Math.floor(scrollTop / rowPx) - extraRows);
  const rows = range(first, Math.min(count, first + shownRows + 2 * extraRows));
  // The highlighted option is always in the page: the input refers to it.
  if (active >= 0 && active < count && !rows.includes(active)) rows.push(active);
  return (
    <div ref={popover} popover="manual" class="vt-options" data-part="options" onMouseDown={keepFocus}>
      {count === 0 && <p class="vt-options-none">{emptyText}</p>}
      <div
        ref={scroller}
        class="vt-options-scroll"
        hidden={count === 0}
        onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
      >
        <div
          id={id}
          role="listbox"
          aria-label={label}
          aria-multiselectable={isMulti || undefined}
          class="vt-options-list"
          style={{ height: `${count * rowPx}px` }}
        >
          {rows.map((index) => {
            const option = optionAt(index);
            return (
              <div
                key={index}
                id={`${id}-${index}`}
                role="option"
                class="vt-option"
                data-part="option"
                data-active={index === active || undefined}
                aria-selected={option.isSelected}
                aria-disabled={option.isDisabled || undefined}
                aria-posinset={index + 1}
                aria-setsize={count}
                title={option.label}
                style={{ top: `${index * rowPx}px`, height: `${rowPx}px` }}
                onClick={() => onPick(index)}
              >
                <span class="vt-option-text">{option.label}</span>
                {option.isSelected && <Icon of={Check} />}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Options are as high as fingers need on touch screens. */
function rowHeightPx(): number {
  return window.matchMedia("(pointer: coarse)").matches ? 44 : 34;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);
}

/** The keyboard stays with the input while the list is pressed. */
function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}

function usePlacement(
  popover: { readonly current: HTMLElement | null },
  anchor: { readonly current: HTMLElement | null },
  count: number,
): void {
  useLayoutEffect(() => {
    popover.current?.showPopover?.();
  }, [popover]);
  useLayoutEffect(() => {
    const place = (): void => {
      if (popover.current && anchor.current) placeBeside(popover.current, anchor.current);
    };
    place();
    window.addEventListener("resize", place);
    window.addEventListener("scroll", place, { capture: true, passive: true });
    // Chips that come and go change the height of what the list hangs on.
    const observer = new ResizeObserver(place);
    if (anchor.current) observer.observe(anchor.current);
    return () => {
      window.removeEventListener("resize", place);
      window.removeEventListener("scroll", place, { capture: true });
      observer.disconnect();
    };
  }, [popover, anchor, count]);
}

interface ActiveRow {
  readonly active: number;
  readonly rowPx: number;
  readonly scrollTop: number;
}

function useActiveInView(
  scroller: { readonly current: HTMLElement | null },
  { active, rowPx, scrollTop }: ActiveRow,
): void {
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = scrollTop;
    // Only at first: from then on the visitor scrolls.
  }, [scroller]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || active < 0) return;
    const top = active * rowPx;
    if (top < element.scrollTop) element.scrollTop = top;
    if (top + rowPx > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowPx - element.clientHeight;
  }, [scroller, active, rowPx]);
}
