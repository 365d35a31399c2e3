import type { Json } from "@vitrine/core";
import { ChevronRight } from "lucide";
import { useMemo, useRef, useState } from "preact/hooks";
import { CopyButton } from "../shared/browser/copy-button.tsx";
import { Field, labelId } from "../shared/browser/field.tsx";
import { Icon } from "../shared/browser/icon.tsx";
import { useHeight } from "../shared/browser/use-height.ts";
import { flagProp, listProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import { membersOf, pageSize, toRows, type JsonRow, type TreeState } from "./json-rows.ts";
import "./json.css";

/** Data as a tree: arrow keys move, open and close; Enter and Space toggle. */
export default function JsonView(view: ViewInput) {
  const { props, payload } = view;
  const [toggled, setToggled] = useState<TreeState["toggled"]>(new Map());
  const [shown, setShown] = useState<TreeState["shown"]>(new Map());
  const [active, setActive] = useState("$");
  const tree = useRef<HTMLDivElement>(null);
  useHeight(tree, props);
  const isOpenAtFirst = flagProp(props, "open");
  const rows = useMemo(
    () => toRows(payload, { isOpenAtFirst, toggled, shown }),
    [payload, isOpenAtFirst, toggled, shown],
  );
  const current = rows.some((row) => row.path === active) ? active : "$";

  const focus = (row: JsonRow | undefined): void => {
    if (!row) return;
    setActive(row.path);
    tree.current?.querySelectorAll<HTMLElement>("[role=treeitem]")[rows.indexOf(row)]?.focus();
  };
  const press = (row: JsonRow): void => {
    setActive(row.path);
    if (row.hidden > 0 && row.parent !== undefined)
      setShown(new Map(shown).set(row.parent, (shown.get(row.parent) ?? pageSize) + pageSize));
    else if (row.isOpen !== undefined) setToggled(new Map(toggled).set(row.path, !row.isOpen));
  };
  const onKey = (event: KeyboardEvent): void => {
    const action = actionFor(event.key, { rows, at: rows.findIndex((row) => row.path === current) });
    if (!action) return;
    event.preventDefault();
    if (action.kind === "press") press(action.row);
    else focus(action.row);
  };
  const isEmpty = payload === null;
  const copy = listProp(props, "buttons").includes("copy") && !isEmpty;
  const showsIndices = flagProp(props, "showIndices");
  const label = textProp(props, "label");
  return (
    <Field
      view={view}
      tools={
        copy && (
          <CopyButton text={() => JSON.stringify(payload, null, 2)} label="Copy JSON" page={view.page} />
        )
      }
    >
      <div
        class="vt-json"
        data-part="json"
        ref={tree}
        onKeyDown={onKey}
        {...(isEmpty ? {} : { role: "tree" })}
        {...(isEmpty ? {} : label ? { "aria-labelledby": labelId(view) } : { "aria-label": "JSON" })}
      >
        {isEmpty ? (
          <p class="vt-muted vt-json-empty">No data yet</p>
        ) : (
          rows.map((row) => (
            <Row
              key={row.path}
              row={row}
              isActive={row.path === current}
              showsIndices={showsIndices}
              onPress={press}
            />
          ))
        )}
      </div>
    </Field>
  );
}

interface RowProps {
  readonly row: JsonRow;
  readonly isActive: boolean;
  readonly showsIndices: boolean;
  readonly onPress: (row: JsonRow) => void;
}

function Row({ row, isActive, showsIndices, onPress }: RowProps) {
  const hasName = typeof row.name === "string" || (row.name !== undefined && showsIndices);
  return (
    <div
      role="treeitem"
      class="vt-json-row"
      data-level={Math.min(row.level, 12)}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      {...(row.isOpen === undefined ? {} : { "aria-expanded": row.isOpen })}
      tabIndex={isActive ? 0 : -1}
      onClick={() => onPress(row)}
    >
      <span class="vt-json-arrow">{row.isOpen !== undefined && <Icon of={ChevronRight} />}</span>
      <span class="vt-json-line">
        {hasName && (
          <span class={typeof row.name === "string" ? "vt-json-key" : "vt-json-index"}>{row.name}</span>
        )}
        {hasName && <span class="vt-json-colon">: </span>}
        {row.hidden > 0 ? (
          <span class="vt-json-more">Show more ({row.hidden} hidden)</span>
        ) : (
          <Value value={row.value} />
        )}
      </span>
    </div>
  );
}

function Value({ value }: { readonly value: Json }) {
  const members = membersOf(value);
  if (Array.isArray(value))
    return <span class="vt-json-count">{members ? `[ ${count(members.length, "item")} ]` : "[ ]"}</span>;
  if (typeof value === "object" && value !== null)
    return <span class="vt-json-count">{members ? `{ ${count(members.length, "key")} }` : "{ }"}</span>;
  const kind = value === null ? "null" : typeof value;
  return <span class={`vt-json-${kind}`}>{JSON.stringify(value)}</span>;
}

function count(number: number, word: string): string {
  return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
}

interface Action {
  readonly kind: "press" | "focus";
  readonly row: JsonRow | undefined;
}

function actionFor(
  key: string,
  { rows, at }: { readonly rows: readonly JsonRow[]; readonly at: number },
): (Action & { readonly row: JsonRow }) | undefined {
  const row = rows[at];
  if (!row) return undefined;
  const to = (target: JsonRow | undefined) => ({ kind: "focus", row: target ?? row }) as const;
  switch (key) {
    case "ArrowDown":
      return to(rows[at + 1]);
    case "ArrowUp":
      return to(rows[at - 1]);
    case "Home":
      return to(rows[0]);
    case "End":
      return to(rows.at(-1));
    case "ArrowRight":
      return row.isOpen === false ? { kind: "press", row } : to(row.isOpen ? rows[at + 1] : row);
    case "ArrowLeft":
      return row.isOpen ? { kind: "press", row } : to(rows.find((other) => other.path === row.parent));
    case "Enter":
    case " ":
      return { kind: "press", row };
    default:
      return undefined;
  }
}
