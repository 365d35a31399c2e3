import { randomUUID } from "node:crypto";
import { Button, Row, skip, Textbox, type HTML, type JobContext } from "vitrine";
import type { JobKind } from "../jobs/job.ts";
import type { UserView } from "../jobs/user-jobs.ts";
import type { Studio } from "../studio.ts";
import { toUserError } from "../user-error.ts";

export interface Following<Shown> {
  readonly kind: JobKind;
  readonly context: JobContext;
  /** @param trouble to be shown in the block that `buildTrouble` made, so that the visitor hears of it */
  show(view: UserView, trouble: Trouble): Promise<Shown>;
}

type Trouble = string | ReturnType<typeof skip>;

/** Shows a visitor's own jobs until they are done, whoever started them and however often the page was reloaded. */
export async function* follow<Shown>(
  { board }: Studio,
  { kind, context, show }: Following<Shown>,
): AsyncGenerator<Shown, void> {
  const user = board.userOf(context.session.id);
  const unseen = user.takeUnseen(kind);
  if (unseen > 0) {
    const pictures = unseen === 1 ? "One picture was" : `${unseen} pictures were`;
    context.log.success(`${pictures} finished while you were away.`);
  }
  for await (const view of board.watch(context.session.id, { kind, signal: context.signal })) {
    for (const { text, tone } of user.takeNotes(kind)) context.log[tone](text);
    yield await show(view, user.hasFailure(kind) ? randomUUID() : skip());
  }
}

/**
 * A block whose change tells the visitor of jobs that failed, beside `place`. Not a matter of following: what that
 * says is taken back when it starts again.
 */
export function buildTrouble(
  { board }: Studio,
  { kind, place }: { readonly kind: JobKind; readonly place: HTML },
): Textbox {
  const trouble = new Textbox({ visible: false, label: "trouble" });
  trouble.change(
    ({ session }) => {
      const failure = board.userOf(session.id).takeFailure(kind);
      if (failure) throw toUserError(failure.error);
      return skip();
    },
    null,
    place,
    { apiName: false, showProgress: "hidden", concurrencyLimit: null, triggerMode: "multiple" },
  );
  return trouble;
}

/** The three ways to stop one's own running job. They answer at once, whatever the engine is doing. */
export function buildStops({ board }: Studio, kind: JobKind): Row {
  return new Row({ visible: false, elemClasses: ["studio-stops"] }, () => {
    const stops = [
      ["Interrupt", "interrupt", "Stopping now; what is there is kept."],
      [
        "Skip",
        "skip",
        kind === "extras" ? "Going on with the next picture." : "Going on with the next batch.",
      ],
      [
        "Stop after this",
        "afterPicture",
        kind === "extras" ? "Stopping after this picture." : "Stopping after this batch.",
      ],
    ] as const;
    for (const [label, how, words] of stops) {
      const button = new Button(label, { variant: how === "interrupt" ? "stop" : "secondary", size: "md" });
      button.click(
        (_label, { session, log }) => {
          const hasStopped = board.stop(session.id, { how, kind });
          log.info(hasStopped ? words : "Nothing of yours is running.", { durationMs: 3000 });
        },
        button,
        null,
        { apiName: false, showProgress: "hidden", concurrencyLimit: null },
      );
    }
  });
}
