import { useState } from "preact/hooks";
import { labelId } from "../shared/browser/field.tsx";
import { listProp, numberProp, textProp, type ViewInput } from "../shared/browser/view.ts";
import type { DatasetCell, DatasetPayload } from "./dataset-payload.ts";
import "./dataset.css";

/** A table for several columns, cards for one; whole rows are buttons. */
export default function DatasetView(view: ViewInput<DatasetPayload>) {
  const { props, payload } = view;
  const [page, setPage] = useState(0);
  const perPage = numberProp(props, "samplesPerPage") ?? 10;
  const headers = listProp(props, "headers").map(String);
  const labels = listProp(props, "sampleLabels").map(String);
  const first = page * perPage;
  const rows = payload.rows
    .slice(first, first + perPage)
    .map((cells, index) => ({ cells, index: first + index, label: labels[first + index] }));
  const choose = (index: number) => view.emit("select", { index });
  const isTable = headers.length > 1 && labels.length === 0;
  return (
    <section class="vt-dataset" aria-labelledby={labelId(view)} data-part="dataset">
      <h2 class="vt-label" id={labelId(view)}>
        {textProp(props, "label", "Examples")}
      </h2>
      {isTable ? (
        <Table headers={headers} rows={rows} choose={choose} />
      ) : (
        <Cards rows={rows} choose={choose} />
      )}
      {payload.rows.length > perPage && (
        <Pages count={Math.ceil(payload.rows.length / perPage)} page={page} go={setPage} />
      )}
    </section>
  );
}

interface Row {
  readonly cells: readonly DatasetCell[];
  readonly index: number;
  readonly label: string | undefined;
}

interface RowsProps {
  readonly rows: readonly Row[];
  readonly choose: (index: number) => void;
}

function Cards({ rows, choose }: RowsProps) {
  return (
    <div class="vt-dataset-cards">
      {rows.map(({ cells, index, label }) => (
        <button key={index} type="button" class="vt-dataset-card" onClick={() => choose(index)}>
          {label === undefined
            ? cells.map((cell, column) => <Cell key={column} cell={cell} name={`Example ${index + 1}`} />)
            : label}
        </button>
      ))}
    </div>
  );
}

function Table({ headers, rows, choose }: RowsProps & { readonly headers: readonly string[] }) {
  return (
    <div class="vt-dataset-scroll" data-wide={headers.length > 3}>
      <table class="vt-dataset-table">
        <thead>
          <tr>
            {headers.map((header) => (
              <th key={header} scope="col">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ cells, index }) => (
            // The mouse may take the whole row; the keyboard and screen readers get the button in its first cell.
            <tr key={index} onClick={() => choose(index)}>
              {cells.map((cell, column) => (
                <td key={column} data-header={headers[column]}>
                  {column === 0 ? (
                    <button
                      type="button"
                      class="vt-dataset-row"
                      aria-label={`Use example ${index + 1}: ${textOf(cell)}`}
                      onClick={(event) => (event.stopPropagation(), choose(index))}
                    >
                      <Cell cell={cell} name={`Example ${index + 1}`} />
                    </button>
                  ) : (
                    <Cell cell={cell} name={`Example ${index + 1}`} />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ cell, name }: { readonly cell: DatasetCell; readonly name: string }) {
  if ("imageUrl" in cell)
    return <img class="vt-dataset-picture" src={cell.imageUrl} alt={name} loading="lazy" />;
  return <span class="vt-dataset-text">{cell.text}</span>;
}

function textOf(cell: DatasetCell): string {
  return "text" in cell ? cell.text : "picture";
}

function Pages({
  count,
  page,
  go,
}: {
  readonly count: number;
  readonly page: number;
  readonly go: (page: number) => void;
}) {
  return (
    <nav class="vt-dataset-pages" aria-label="Pages of examples">
      {Array.from({ length: count }, (_, index) => (
        <button
          key={index}
          type="button"
          class="vt-button"
          data-size="sm"
          aria-current={index === page ? "page" : undefined}
          onClick={() => go(index)}
        >
          {index + 1}
        </button>
      ))}
    </nav>
  );
}
