import {
  Accordion,
  Button,
  Column,
  HTML,
  on,
  Radio,
  Row,
  skip,
  Textbox,
  update,
  type Blocks,
  type JobContext,
  type Update,
} from "vitrine";
import type { BoardView } from "../jobs/board-view.ts";
import type { Studio } from "../studio.ts";
import { forUser } from "../user-error.ts";
import { buildSettingsForm, settingsValues } from "./settings.ts";
import { duration } from "./status-line.ts";

const quiet = { apiName: false, showProgress: "hidden", concurrencyLimit: null } as const;
const briefly = { durationMs: 4000 } as const;

/** Settings, everybody's jobs and the server itself: for whoever has shown the administrator's token. */
export function buildAdministration(studio: Studio, opened: Blocks["load"]): void {
  const { administrators, settings } = studio;
  // Changed when somebody has signed in or out, and when the following of jobs has ended.
  const pulse = new Textbox({ visible: false, label: "administration" });
  let form!: ReturnType<typeof buildSettingsForm>;
  const guests = new Column({ elemClasses: ["studio-narrow"] }, () => buildSignIn(studio, pulse));
  const own = new Column({ visible: false }, () => {
    new Row({ elemClasses: ["studio-admin"] }, () => {
      new Column(() => {
        buildEverybodysJobs(studio, pulse);
        buildServer(studio);
        const leave = new Button("Sign out", { size: "md" });
        leave.click(
          ({ session }) => (administrators.forget(session.id), crypto.randomUUID()),
          [],
          pulse,
          quiet,
        );
      });
      new Column(() => void (form = buildSettingsForm(studio)));
    });
  });
  opened(
    ({ session, request }) => {
      const { admin } = request.query;
      if (admin !== undefined) administrators.signIn(session.id, admin);
      return crypto.randomUUID();
    },
    [],
    pulse,
    quiet,
  );
  const often = { ...quiet, triggerMode: "multiple" } as const;
  pulse.change(
    ({ session }) => {
      const isAdministrator = administrators.has(session.id);
      return [update({ visible: !isAdministrator }), update({ visible: isAdministrator })];
    },
    [],
    [guests, own],
    often,
  );
  // The values go to nobody else.
  const values = ({ session }: JobContext) =>
    administrators.has(session.id)
      ? settingsValues(form, settings.current)
      : Object.keys(form).map(() => skip());
  pulse.change(values, [], Object.values(form), often);
}

/** For everybody else. */
function buildSignIn({ administrators }: Studio, pulse: Textbox): void {
  new HTML({
    value: administrators.isPossible
      ? '<p class="studio-note">Settings hold for everybody, so the administrator makes them. The server prints the administrator\'s link when it starts.</p>'
      : '<p class="studio-note">This studio has no administrator.</p>',
    label: "About settings",
    showLabel: false,
    container: false,
  });
  const visible = administrators.isPossible;
  const token = new Textbox({ label: "Administrator's token", type: "password", maxLength: 500, visible });
  const send = new Button("Sign in", { size: "md", visible });
  on(
    [send.click, token.submit],
    (text, { session, log }) => {
      if (!administrators.signIn(session.id, text)) log.warning("That is not the token.", briefly);
      return ["", crypto.randomUUID()] as const;
    },
    token,
    [token, pulse],
    quiet,
  );
}

function buildEverybodysJobs(studio: Studio, pulse: Textbox): void {
  const { board, administrators } = studio;
  new Accordion({ label: "Everybody's jobs" }, () => {
    const list = new Radio({ label: "Jobs", choices: [], required: false, interactive: true });
    const note = new HTML({ label: "State of the queue", showLabel: false, container: false });
    new Row({ elemClasses: ["studio-stops"] }, () => {
      const actions = [
        ["Interrupt", (job: string) => board.stopJob(job, "interrupt")],
        ["Skip", (job: string) => board.stopJob(job, "skip")],
        ["Take out", (job: string) => board.removeJob(job)],
      ] as const;
      for (const [label, act] of actions) {
        new Button(label, { size: "md", variant: label === "Interrupt" ? "stop" : "secondary" }).click(
          (job, { session, log }: JobContext) =>
            forUser(() => {
              administrators.require(session.id);
              if (job === null) log.info("Choose a job first.", briefly);
              else if (!act(String(job))) log.info(missed(label), briefly);
            }),
          list,
          null,
          quiet,
        );
      }
    });
    const watching = pulse.change(
      async function* ({ session, signal }) {
        if (!administrators.has(session.id)) return;
        for await (const view of board.watchAll(signal)) {
          if (!administrators.has(session.id)) return;
          yield showJobs(view);
        }
      },
      [],
      [list, note],
      { ...quiet, triggerMode: "alwaysLast" },
    );
    // What was cancelled while the page was away is taken up again.
    watching.failure(() => crypto.randomUUID(), null, pulse, quiet);
  });
}

function missed(action: "Interrupt" | "Skip" | "Take out"): string {
  return action === "Take out" ? "That job does not wait any more." : "That job does not run just now.";
}

function showJobs({ running, waiting }: BoardView): [Update, string] {
  const words = ({ userName, label }: { userName: string; label: string }) => `${userName} · ${label}`;
  const time = (ms: number | undefined, text: string) =>
    ms === undefined ? "" : ` · ${text} ${duration(ms)}`;
  const choices = [
    ...(running
      ? [[`${words(running)} · ${running.words}${time(running.remainingMs, "still")}`, running.id] as const]
      : []),
    ...waiting.map((job) => [`${words(job)}${time(job.waitMs, "begins in about")}`, job.id] as const),
  ];
  const isIdle = choices.length === 0;
  return [
    update({ choices, visible: !isIdle }),
    isIdle ? '<p class="studio-note">Nothing runs and nobody waits.</p>' : "",
  ];
}

function buildServer({ state, administrators }: Studio): void {
  const commands = [
    [
      "Restart server",
      "The server starts again; pages come back by themselves.",
      () => state.requestRestart(),
    ],
    [
      "Stop server",
      "The server goes down when the running job is done.",
      () => (state.serverCommand = "stop"),
    ],
  ] as const;
  new Accordion({ label: "Server" }, () => {
    new Row(() => {
      for (const [label, words, act] of commands) {
        new Button(label, { size: "md", variant: label === "Stop server" ? "stop" : "secondary" }).click(
          ({ session, log }) =>
            forUser(() => {
              administrators.require(session.id);
              log.info(words, briefly);
              act();
            }),
          [],
          null,
          quiet,
        );
      }
    });
  });
}
