import { Button, Gallery, HTML, Image, on, Row, skip, Textbox, update, type Blocks } from "vitrine";
import type { UserView } from "../jobs/user-jobs.ts";
import type { Studio } from "../studio.ts";
import type { Source } from "./extras-source.ts";
import { buildStops, buildTrouble, follow } from "./follow.ts";
import { drawStatus } from "./status-line.ts";

const quiet = { apiName: false, showProgress: "hidden", concurrencyLimit: null } as const;

/** Progress, before and after, every result, and what was done. */
export function buildResults(studio: Studio) {
  const status = new HTML({ label: "Progress", showLabel: false, container: false });
  const shown = {
    interactive: false,
    required: false,
    elemClasses: ["studio-compared"],
    render: false,
  } as const;
  const before = new Image({ label: "Before", ...shown, placeholder: "The picture as it was" });
  const after = new Image({ label: "After", ...shown, placeholder: "The picture as it is now" });
  new Row({ elemClasses: ["studio-compare"] }, () => void [before, after].map((side) => side.render()));
  const stops = buildStops(studio, "extras");
  const gallery = new Gallery({
    label: "Results",
    columns: 6,
    allowPreview: false,
    interactive: false,
    required: false,
    placeholder: "Results wait here",
  });
  const info = new Textbox({
    label: "What was done",
    lines: 2,
    maxLines: 8,
    interactive: false,
    buttons: ["copy"],
  });
  const chosen = new Textbox({ visible: false, label: "chosen" });
  const again = new Button("Use as source", { size: "md" });
  return { stops, status, before, after, gallery, info, chosen, again };
}

export type Results = ReturnType<typeof buildResults>;

interface ResultsWiring {
  readonly results: Results;
  readonly pulse: Textbox;
  readonly opened: Blocks["load"];
}

/** Shows a visitor's own jobs and results. */
export function wireResults(studio: Studio, { results, pulse, opened }: ResultsWiring): void {
  const { stops, status, before, after, gallery, info, chosen } = results;
  const trouble = buildTrouble(studio, { kind: "extras", place: status });
  const watching = on(
    [opened, pulse.change],
    (context) => {
      let last: string | undefined;
      const show = async (view: UserView) => {
        // Pictures that scripts have added come behind the one they were made from.
        const newest = view.pictures.find(({ isBranch }) => isBranch !== true);
        const [latest] = view.pictures;
        const isNew = latest !== undefined && newest !== undefined && latest.fileName !== last;
        last = latest?.fileName;
        return [
          update({ visible: view.running?.work.kind === "extras" }),
          drawStatus(view, "extras"),
          ...(isNew
            ? ([
                newest.sourcePath ?? null,
                newest.path,
                view.pictures.map(({ path, caption }) => [path, caption] as const),
                newest.parameters,
                newest.fileName,
              ] as const)
            : ([skip(), skip(), skip(), skip(), skip()] as const)),
        ] as const;
      };
      return follow(studio, {
        kind: "extras",
        context,
        show: async (view, told) => [...(await show(view)), told],
      });
    },
    [],
    [stops, status, before, after, gallery, info, chosen, trouble],
    { ...quiet, triggerMode: "multiple" },
  );
  watching.failure(() => crypto.randomUUID(), null, pulse, quiet);
  gallery.select(
    ({ session, event }) => {
      const { data } = event;
      const name = typeof data === "object" && data !== null && "value" in data ? String(data["value"]) : "";
      const found = studio.board.userOf(session.id).shelf.find(name);
      if (!found) return [skip(), skip(), skip(), skip()];
      return [found.sourcePath ?? null, found.path, found.parameters, found.fileName];
    },
    [],
    [before, after, info, chosen],
    quiet,
  );
}

/** A result becomes the next source. */
export function wireAgain(
  { board }: Studio,
  { source, results }: { readonly source: Source; readonly results: Results },
): void {
  results.again.click(
    (name, { session, log }) => {
      const found = board.userOf(session.id).shelf.find(name);
      if (!found) log.info("There is no result yet.", { durationMs: 3000 });
      return found ? [found.path, "One picture" as const] : [skip(), skip()];
    },
    results.chosen,
    [source.picture, source.mode],
    quiet,
  );
}
