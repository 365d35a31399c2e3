import { useMemo, useState } from "preact/hooks";
import { choicesProp } from "../shared/browser/choices-prop.ts";
import { flagProp, numberProp, type ViewInput } from "../shared/browser/view.ts";
import type { DropdownPayload } from "./dropdown-payload.ts";
import { filterChoices, foldText } from "./filter-choices.ts";
import { moveActive } from "./move-active.ts";

type Value = string | number;

/** What a key handler needs of a key event. */
interface Key {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** What the visitor does with the list just now. */
interface Search {
  readonly isOpen: boolean;
  /** What was typed since it opened; undefined before. */
  readonly query: string | undefined;
  /** Place of the highlight among the matches, -1 for none; undefined where the best match has it. */
  readonly active: number | undefined;
}

const closed: Search = { isOpen: false, query: undefined, active: undefined };

export type ComboboxModel = ReturnType<typeof useCombobox>;

/** The behaviour of a combobox, apart from how it is drawn. */
export function useCombobox(view: ViewInput<DropdownPayload>) {
  const { props, payload, interactive } = view;
  const [search, setSearch] = useState(closed);
  const { isOpen, query } = search;
  const choices = useMemo(() => choicesProp(props), [props["choices"]]);
  const folded = useMemo(() => choices.map(({ label }) => foldText(label)), [choices]);
  const places = useMemo(
    () => new Map<Value, number>(choices.map(({ value }, index) => [value, index])),
    [choices],
  );
  const matches = useMemo(() => (isOpen ? filterChoices(folded, query ?? "") : []), [isOpen, folded, query]);
  const isMulti = flagProp(props, "multiselect");
  const canAdd = flagProp(props, "allowCustomValue");
  const maxChoices = numberProp(props, "maxChoices") ?? Infinity;
  const chosen: readonly Value[] = Array.isArray(payload)
    ? payload
    : payload === null
      ? []
      : [payload as Value];
  const isFull = isMulti && chosen.length >= maxChoices;
  const active = Math.min(search.active ?? bestMatch(), matches.length - 1);

  /** Typing highlights the first match, or the exact one where other texts may be entered too. */
  function bestMatch(): number {
    if (query === undefined || query.trim() === "") return -1;
    return canAdd ? matches.findIndex((place) => folded[place] === foldText(query.trim())) : 0;
  }

  function labelOf(value: Value): string {
    return choices[places.get(value) ?? -1]?.label ?? String(value);
  }

  function choose(value: Value): void {
    const index = places.get(value) ?? null;
    if (!isMulti) {
      setSearch(closed);
      if (value !== payload) view.set(value);
      view.emit("select", { index, value, selected: true });
      return;
    }
    if (chosen.includes(value)) {
      remove(value);
    } else if (!isFull) {
      view.set([...chosen, value]);
      view.emit("select", { index, value, selected: true });
    }
    setSearch({ isOpen, query: undefined, active: index ?? -1 });
  }

  function remove(value: Value): void {
    view.set(chosen.filter((one) => one !== value));
    view.emit("select", { index: places.get(value) ?? null, value, selected: false });
  }

  function pick(place: number): void {
    const choice = choices[matches[place] ?? -1];
    if (choice) choose(choice.value);
  }

  /** Takes the text that was typed as a choice. */
  function commit(text: string): void {
    const known = choices.find(({ label }) => label === text) ?? choices[folded.indexOf(foldText(text))];
    if (known && isMulti && chosen.includes(known.value)) return setSearch({ ...search, query: undefined });
    choose(known?.value ?? text);
  }

  function open(at: number): void {
    setSearch({ isOpen: true, query: undefined, active: at });
  }

  function press(event: Key): boolean {
    if (!interactive || event.ctrlKey || event.metaKey) return false;
    const typed = canAdd ? (query?.trim() ?? "") : "";
    const isSearchable = flagProp(props, "filterable", true);
    if (event.key === "Escape") {
      if (!isOpen && query === undefined) return false;
      setSearch(closed);
      return true;
    }
    if (event.key === "Enter" || (event.key === " " && !isSearchable)) {
      if (isOpen && active >= 0) pick(active);
      else if (typed) commit(typed);
      else if (isOpen) setSearch(closed);
      else if (!isSearchable) open(current());
      else return false;
      return true;
    }
    if (event.key === "Backspace" && isMulti && (query ?? "") === "") {
      const last = chosen.at(-1);
      if (last !== undefined) remove(last);
      return last !== undefined;
    }
    return isOpen ? move(event) : openByKey(event);
  }

  function openByKey({ key, altKey }: Key): boolean {
    if (key !== "ArrowDown" && key !== "ArrowUp") return false;
    if (key === "ArrowUp" && altKey) return false;
    open(current() >= 0 || altKey ? current() : key === "ArrowDown" ? 0 : choices.length - 1);
    return true;
  }

  function move({ key, altKey }: Key): boolean {
    if (key === "ArrowUp" && altKey) {
      setSearch(closed);
      return true;
    }
    // Without a highlight these move the caret, as in any text.
    if ((key === "Home" || key === "End") && active < 0) return false;
    const next = matches.length === 0 ? undefined : moveActive(key, active, matches.length);
    if (next === undefined) return false;
    setSearch({ ...search, active: next });
    return true;
  }

  /** Place of what is chosen, where one is. */
  function current(): number {
    return isMulti || chosen[0] === undefined ? -1 : (places.get(chosen[0]) ?? -1);
  }

  return {
    active,
    announcement: describeSearch({ isOpen, count: matches.length, isFull, maxChoices }),
    chosen,
    emptyText: canAdd && query?.trim() ? `Press Enter to use “${query.trim()}”.` : "Nothing matches.",
    interactive,
    isMulti,
    isOpen,
    labelOf,
    matches,
    pick,
    press,
    remove,
    /** What stands in the input. */
    text: query ?? (isMulti || chosen[0] === undefined ? "" : labelOf(chosen[0])),
    optionAt(place: number) {
      const choice = choices[matches[place] ?? -1];
      const isSelected = choice !== undefined && chosen.includes(choice.value);
      return { label: choice?.label ?? "", isSelected, isDisabled: isFull && !isSelected };
    },
    type(text: string): void {
      if (interactive) setSearch({ isOpen: true, query: text, active: undefined });
    },
    toggle(): void {
      if (interactive && (!isOpen || query === undefined))
        setSearch(isOpen ? closed : { isOpen: true, query: undefined, active: current() });
    },
    clear(): void {
      setSearch(closed);
      view.set(isMulti ? [] : null);
    },
    /** The focus goes elsewhere: a custom text is taken, an unfinished search forgotten. */
    leave(): void {
      const typed = query?.trim();
      if (canAdd && typed) commit(typed);
      else if (typed === "" && !isMulti && !flagProp(props, "required", true) && payload !== null)
        view.set(null);
      setSearch(closed);
    },
  };
}

interface SearchState {
  readonly isOpen: boolean;
  readonly count: number;
  readonly isFull: boolean;
  readonly maxChoices: number;
}

/** What screen readers hear of the list. */
function describeSearch({ isOpen, count, isFull, maxChoices }: SearchState): string {
  if (!isOpen) return "";
  if (isFull) return `${maxChoices} chosen, which is all that may be.`;
  return count === 1 ? "1 choice" : `${count} choices`;
}
