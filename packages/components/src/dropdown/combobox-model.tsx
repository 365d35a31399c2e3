import { useMemo, useState } from "preact/hooks";
import { choicesProp } from "../shared/browser/choices-prop.ts";
import { flagProp, numberProp, type ViewInput } from "../shared/browser/view.ts";
import { indexChoices, type ChoiceIndex } from "./choice-index.ts";
import type { DropdownPayload } from "./dropdown-payload.ts";
import { filterChoices, foldText } from "./filter-choices.ts";
import { moveActive } from "./move-active.ts";

type Value = string | number;

/** What a key handler needs of a key event. */
type Key = Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey">;

/** What the visitor does with the list just now. */
interface Search {
  readonly isOpen: boolean;
  /** What was typed since it opened; undefined before. */
  readonly query: string | undefined;
  /** Place of the highlight among the matches, -1 for none; undefined where the best match has it. */
  readonly active: number | undefined;
}

const closed: Search = { isOpen: false, query: undefined, active: undefined };

/** The behaviour of a combobox, apart from how it is drawn. */
export function useComboboxModel(view: ViewInput<DropdownPayload>): ComboboxModel {
  const [search, setSearch] = useState(closed);
  const { isOpen, query } = search;
  const index = useMemo(() => indexChoices(choicesProp(view.props)), [view.props["choices"]]);
  const matches = useMemo(
    () => (isOpen ? filterChoices(index.folded, query ?? "") : []),
    [isOpen, query, index],
  );
  return new ComboboxModel({ view, search, setSearch, index, matches });
}

interface Parts {
  readonly view: ViewInput<DropdownPayload>;
  readonly search: Search;
  readonly setSearch: (search: Search) => void;
  readonly index: ChoiceIndex;
  readonly matches: readonly number[];
}

export class ComboboxModel {
  readonly interactive: boolean;
  readonly isMulti: boolean;
  readonly isSearchable: boolean;
  readonly isOpen: boolean;
  readonly chosen: readonly Value[];
  /** Places among all choices of those that match what was typed. */
  readonly matches: readonly number[];
  /** Place of the highlight among the matches, -1 for none. */
  readonly active: number;
  readonly #parts: Parts;
  readonly #canAdd: boolean;
  readonly #isRequired: boolean;
  readonly #maxChoices: number;

  constructor(parts: Parts) {
    const { props, payload, interactive } = parts.view;
    this.#parts = parts;
    this.#canAdd = flagProp(props, "allowCustomValue");
    this.#isRequired = flagProp(props, "required", true);
    this.#maxChoices = numberProp(props, "maxChoices") ?? Infinity;
    this.interactive = interactive;
    this.isMulti = flagProp(props, "multiselect");
    this.isSearchable = flagProp(props, "filterable", true);
    this.isOpen = parts.search.isOpen;
    this.chosen = toValues(payload);
    this.matches = parts.matches;
    this.active = Math.min(parts.search.active ?? this.#bestMatch(), parts.matches.length - 1);
  }

  /** What stands in the input. */
  get text(): string {
    const [first] = this.chosen;
    return this.#query ?? (this.isMulti || first === undefined ? "" : this.labelOf(first));
  }

  get canClear(): boolean {
    return this.interactive && this.chosen.length > 0 && (this.isMulti || !this.#isRequired);
  }

  /** What screen readers hear of the list. */
  get announcement(): string {
    if (!this.isOpen) return "";
    if (this.#isFull) return `${this.#maxChoices} chosen, which is all that may be.`;
    return this.matches.length === 1 ? "1 choice" : `${this.matches.length} choices`;
  }

  get emptyText(): string {
    return this.#canAdd && this.#typed ? `Press Enter to use “${this.#typed}”.` : "Nothing matches.";
  }

  labelOf(value: Value): string {
    const { choices, places } = this.#parts.index;
    return choices[places.get(value) ?? -1]?.label ?? String(value);
  }

  optionAt(place: number): {
    readonly label: string;
    readonly isSelected: boolean;
    readonly isDisabled: boolean;
  } {
    const choice = this.#choiceAt(place);
    const isSelected = choice !== undefined && this.chosen.includes(choice.value);
    return { label: choice?.label ?? "", isSelected, isDisabled: this.#isFull && !isSelected };
  }

  /** Chooses the match at this place; one that is chosen already is removed, if several may be. */
  pick(place: number): void {
    const choice = this.#choiceAt(place);
    if (choice) this.#choose(choice.value);
  }

  remove(value: Value): void {
    const { view, index } = this.#parts;
    view.set(this.chosen.filter((one) => one !== value));
    view.emit("select", { index: index.places.get(value) ?? null, value, selected: false });
  }

  clear(): void {
    this.#parts.setSearch(closed);
    this.#parts.view.set(this.isMulti ? [] : null);
  }

  type(text: string): void {
    if (this.interactive) this.#parts.setSearch({ isOpen: true, query: text, active: undefined });
  }

  /** The box was pressed; while something is typed, that only moves the caret. */
  toggle(): void {
    if (!this.interactive || (this.isOpen && this.#query !== undefined)) return;
    if (this.isOpen) this.#parts.setSearch(closed);
    else this.#open(this.#chosenPlace);
  }

  /** The focus goes elsewhere: a custom text is taken, an unfinished search forgotten. */
  leave(): void {
    const { view, setSearch } = this.#parts;
    if (this.#canAdd && this.#typed) this.#commit(this.#typed);
    else if (this.#query?.trim() === "" && !this.isMulti && !this.#isRequired && this.chosen.length > 0)
      view.set(null);
    setSearch(closed);
  }

  /** Whether the key meant something here. */
  press(event: Key): boolean {
    if (!this.interactive || event.ctrlKey || event.metaKey) return false;
    if (event.key === "Escape") return this.#escape();
    if (event.key === "Enter" || (event.key === " " && !this.isSearchable)) return this.#enter();
    if (event.key === "Backspace" && this.isMulti && (this.#query ?? "") === "") return this.#removeLast();
    return this.isOpen ? this.#move(event) : this.#openByKey(event);
  }

  #escape(): boolean {
    if (!this.isOpen && this.#query === undefined) return false;
    this.#parts.setSearch(closed);
    return true;
  }

  #enter(): boolean {
    if (this.isOpen && this.active >= 0) this.pick(this.active);
    else if (this.#canAdd && this.#typed) this.#commit(this.#typed);
    else if (this.isOpen) this.#parts.setSearch(closed);
    else if (!this.isSearchable) this.#open(this.#chosenPlace);
    else return false;
    return true;
  }

  #removeLast(): boolean {
    const last = this.chosen.at(-1);
    if (last === undefined) return false;
    this.remove(last);
    return true;
  }

  #openByKey({ key, altKey }: Key): boolean {
    if (key !== "ArrowDown" && (key !== "ArrowUp" || altKey)) return false;
    const first = key === "ArrowDown" ? 0 : this.#parts.index.choices.length - 1;
    this.#open(this.#chosenPlace >= 0 || altKey ? this.#chosenPlace : first);
    return true;
  }

  #move({ key, altKey }: Key): boolean {
    if (key === "ArrowUp" && altKey) return this.#escape();
    // Without a highlight these move the caret, as in any text.
    if ((key === "Home" || key === "End") && this.active < 0) return false;
    const next = this.matches.length === 0 ? undefined : moveActive(key, this.active, this.matches.length);
    if (next === undefined) return false;
    this.#parts.setSearch({ ...this.#parts.search, active: next });
    return true;
  }

  #open(active: number): void {
    this.#parts.setSearch({ isOpen: true, query: undefined, active });
  }

  /** Takes the text that was typed: as the choice of that name, or as a value of its own. */
  #commit(text: string): void {
    const { choices, folded } = this.#parts.index;
    const known = choices.find(({ label }) => label === text) ?? choices[folded.indexOf(foldText(text))];
    const value = known?.value ?? text;
    // Entered once more it stays, where picking it once more would remove it.
    if (this.isMulti && this.chosen.includes(value)) return this.#open(-1);
    this.#choose(value);
  }

  #choose(value: Value): void {
    const { view, index, setSearch } = this.#parts;
    const place = index.places.get(value) ?? null;
    if (!this.isMulti) {
      setSearch(closed);
      if (!this.chosen.includes(value)) view.set(value);
      view.emit("select", { index: place, value, selected: true });
      return;
    }
    if (this.chosen.includes(value)) {
      this.remove(value);
    } else if (!this.#isFull) {
      view.set([...this.chosen, value]);
      view.emit("select", { index: place, value, selected: true });
    }
    setSearch({ isOpen: this.isOpen, query: undefined, active: place ?? -1 });
  }

  #choiceAt(place: number) {
    return this.#parts.index.choices[this.matches[place] ?? -1];
  }

  get #query(): string | undefined {
    return this.#parts.search.query;
  }

  get #typed(): string {
    return this.#query?.trim() ?? "";
  }

  get #isFull(): boolean {
    return this.isMulti && this.chosen.length >= this.#maxChoices;
  }

  /** Place of what is chosen, -1 for nothing or where several may be. */
  get #chosenPlace(): number {
    const [first] = this.chosen;
    return this.isMulti || first === undefined ? -1 : (this.#parts.index.places.get(first) ?? -1);
  }

  /** Typing highlights the first match, or only the exact one where other texts may be entered too. */
  #bestMatch(): number {
    if (!this.#typed) return -1;
    if (!this.#canAdd) return 0;
    const wanted = foldText(this.#typed);
    return this.matches.findIndex((place) => this.#parts.index.folded[place] === wanted);
  }
}

function toValues(payload: DropdownPayload): readonly Value[] {
  if (payload === null) return [];
  return typeof payload === "object" ? payload : [payload];
}
