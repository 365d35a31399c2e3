import { ChevronDown, X } from "lucide";
import { useRef } from "preact/hooks";
import { accessibleName } from "../shared/browser/accessible-name.ts";
import { describedBy, Field, inputId } from "../shared/browser/field.tsx";
import { IconButton } from "../shared/browser/icon-button.tsx";
import { Icon } from "../shared/browser/icon.tsx";
import { flagProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import { useComboboxModel, type ComboboxModel } from "./combobox-model.tsx";
import type { DropdownPayload } from "./dropdown-payload.ts";
import { OptionList } from "./option-list.tsx";

/** An input with a list: the ARIA combobox pattern, editable, with several choices as chips. */
export function Combobox({ view }: { readonly view: ViewInput<DropdownPayload> }) {
  const model = useComboboxModel(view);
  const frame = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const listId = `${view.id}-options`;
  const { interactive, isMulti, isOpen, matches } = model;
  return (
    <Field view={view} htmlFor={inputId(view)}>
      <div
        ref={frame}
        class="vt-dropdown"
        data-part="combobox"
        data-open={isOpen || undefined}
        data-readonly={!interactive || undefined}
        data-invalid={view.error ? true : undefined}
        onMouseDown={(event) => pressFrame(event, input.current)}
        onClick={(event) => {
          if (!isOnButton(event)) model.toggle();
        }}
      >
        {isMulti && <Chips model={model} onRemoved={() => input.current?.focus()} />}
        <ComboboxInput view={view} model={model} listId={listId} element={input} />
        {model.canClear && (
          <IconButton
            icon={X}
            label={`Empty ${textProp(view.props, "label")}`.trim()}
            onClick={() => {
              model.clear();
              input.current?.focus();
            }}
          />
        )}
        {interactive && (
          <span class="vt-dropdown-chevron">
            <Icon of={ChevronDown} />
          </span>
        )}
      </div>
      {isOpen && (
        <OptionList
          id={listId}
          label={textProp(view.props, "label", "Choices")}
          anchor={frame}
          count={matches.length}
          active={model.active}
          isMulti={isMulti}
          emptyText={model.emptyText}
          optionAt={(place) => model.optionAt(place)}
          onPick={(place) => model.pick(place)}
        />
      )}
      <span class="vt-hidden" role="status">
        {model.announcement}
      </span>
    </Field>
  );
}

interface ComboboxInputProps {
  readonly view: ViewInput<DropdownPayload>;
  readonly model: ComboboxModel;
  readonly listId: string;
  readonly element: { current: HTMLInputElement | null };
}

function ComboboxInput({ view, model, listId, element }: ComboboxInputProps) {
  const { props } = view;
  const hasList = model.isOpen && model.matches.length > 0;
  const isReadOnly = !model.interactive || !model.isSearchable;
  return (
    <input
      ref={element}
      id={inputId(view)}
      type="text"
      role="combobox"
      class="vt-dropdown-input"
      data-part="input"
      autocomplete="off"
      autocorrect="off"
      autocapitalize="none"
      spellcheck={false}
      aria-autocomplete={isReadOnly ? "none" : "list"}
      aria-haspopup="listbox"
      aria-expanded={hasList}
      aria-controls={hasList ? listId : undefined}
      aria-activedescendant={hasList && model.active >= 0 ? `${listId}-${model.active}` : undefined}
      {...(flagProp(props, "required", true) ? { "aria-required": "true" } : {})}
      {...accessibleName(view, "Choice")}
      {...describedBy(view)}
      placeholder={model.chosen.length > 0 ? "" : textProp(props, "placeholder", "Choose…")}
      value={model.text}
      readOnly={isReadOnly}
      onInput={(event) => model.type(event.currentTarget.value)}
      onKeyDown={(event) => {
        // oxlint-disable-next-line typescript/no-deprecated -- 229: a key an input method has taken; nothing else tells it.
        if (event.isComposing || event.keyCode === 229) return;
        if (model.press(event)) event.preventDefault();
      }}
      onKeyUp={(event) => view.emit("keyUp", { key: event.key, inputValue: event.currentTarget.value })}
      onFocus={(event) => {
        if (!isReadOnly) event.currentTarget.select();
        view.emit("focus");
      }}
      onBlur={() => {
        model.leave();
        view.emit("blur");
      }}
    />
  );
}

/** What is chosen, each with a button that removes it. */
function Chips({ model, onRemoved }: { readonly model: ComboboxModel; readonly onRemoved: () => void }) {
  if (model.chosen.length === 0) return null;
  return (
    <ul class="vt-dropdown-chips" aria-label="Chosen">
      {model.chosen.map((value) => {
        const label = model.labelOf(value);
        const remove = (): void => {
          model.remove(value);
          onRemoved();
        };
        return (
          <li key={value} class="vt-chip vt-dropdown-chip" data-part="chip">
            <span class="vt-dropdown-chip-text">{label}</span>
            {model.interactive && (
              <button
                type="button"
                class="vt-dropdown-remove"
                aria-label={`Remove ${label}`}
                onClick={remove}
              >
                <Icon of={X} />
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function isOnButton(event: MouseEvent): boolean {
  return event.target instanceof Element && event.target.closest("button") !== null;
}

/** A press beside the input goes to the input. */
function pressFrame(event: MouseEvent, input: HTMLInputElement | null): void {
  if (event.target === input || isOnButton(event)) return;
  event.preventDefault();
  input?.focus();
}
