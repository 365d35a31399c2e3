import { Accordion, Button, Radio, Row, update, type JobContext, type Textbox } from "vitrine";
import type { UserView } from "../jobs/user-jobs.ts";
import type { Studio } from "../studio.ts";
import { duration } from "./status-line.ts";

export interface QueueParts {
  readonly section: Accordion;
  readonly list: Radio<readonly [], "value", false>;
}

/** One's own waiting jobs: to be taken out, or done in another order. Shown while there are some. */
export function buildQueue({ board }: Studio, pulse: Textbox): QueueParts {
  const list = new Radio({
    label: "Waiting",
    choices: [],
    required: false,
    interactive: true,
    render: false,
  });
  const section = new Accordion({ label: "My queue", visible: false }, () => {
    list.render();
    new Row(() => {
      const actions = [
        ["Sooner", (user: string, job: string) => board.move(user, job, -1)],
        ["Later", (user: string, job: string) => board.move(user, job, 1)],
        ["Take out", (user: string, job: string) => board.remove(user, job)],
      ] as const;
      for (const [label, act] of actions) {
        new Button(label, { size: "md" }).click(
          (job, { session, log }: JobContext) => {
            if (job === null) log.info("Choose one of your waiting jobs first.", { durationMs: 3000 });
            else act(session.id, String(job));
            return crypto.randomUUID();
          },
          list,
          pulse,
          { apiName: false, showProgress: "hidden", concurrencyLimit: null },
        );
      }
    });
  });
  return { section, list };
}

/** What the section and its list show. */
export function showQueue({ waiting }: UserView) {
  const choices = waiting.map(({ id, label, ahead, waitMs }) => {
    const wait = waitMs === undefined ? "" : `, about ${duration(waitMs)}`;
    return [`${label} (${ahead} before it${wait})`, id] as const;
  });
  return {
    section: update({ visible: waiting.length > 0, label: `My queue (${waiting.length})` }),
    list: update({ choices }),
  };
}
