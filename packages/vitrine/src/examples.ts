import { Dataset } from "@vitrine/components";
import { VitrineError, type Component, type EventData, type JobContext } from "@vitrine/core";

export interface ExamplesOptions {
  /** @default "Examples" */
  readonly label?: string;
  /** Shown in place of the values; one for each example. */
  readonly exampleLabels?: readonly string[];
  /** @default 10 */
  readonly examplesPerPage?: number;
}

/** A table of examples; a click fills `inputs` with the row's values. With one input, rows are plain values. */
export class Examples {
  readonly dataset: Dataset;

  constructor(examples: readonly unknown[], inputs: readonly Component[], options: ExamplesOptions = {}) {
    const rows = examples.map((example, index) => toRow(example, { count: inputs.length, index }));
    const { label = "Examples", exampleLabels, examplesPerPage } = options;
    this.dataset = new Dataset({
      label,
      components: inputs,
      samples: rows,
      ...(exampleLabels ? { sampleLabels: exampleLabels } : {}),
      ...(examplesPerPage ? { samplesPerPage: examplesPerPage } : {}),
    });
    const fill = ({ event }: JobContext): unknown => {
      const row = rows[selectedIndex(event)] ?? [];
      return inputs.length === 1 ? row[0] : row;
    };
    this.dataset.select(fill as () => never, [], [...inputs], { apiName: false, showProgress: "hidden" });
  }
}

function toRow(
  example: unknown,
  { count, index }: { readonly count: number; readonly index: number },
): readonly unknown[] {
  const row: readonly unknown[] =
    count === 1 && !Array.isArray(example) ? [example] : Array.isArray(example) ? example : [];
  if (row.length === count) return row;
  throw new VitrineError("OPTION_INVALID", {
    message: `Example ${index} expected ${count} values, one for each input, got ${row.length}.`,
  });
}

function selectedIndex(event: EventData): number {
  const { data } = event;
  if (typeof data === "object" && data !== null && "index" in data && typeof data.index === "number")
    return data.index;
  throw new VitrineError("PAYLOAD_INVALID", { message: "A selection expected an index." });
}
