import {
  Button,
  Column,
  Gallery,
  HTML,
  Image,
  on,
  Row,
  skip,
  Textbox,
  update,
  type Blocks,
  type JobContext,
} from "vitrine";
import type { PictureFormat } from "../images/picture.ts";
import { generateWork } from "../jobs/generate-work.ts";
import type { StudioPicture } from "../jobs/picture-shelf.ts";
import type { UserView } from "../jobs/user-jobs.ts";
import { applyStyles } from "../pipeline/prompt/styles.ts";
import type { Studio } from "../studio.ts";
import { forUser } from "../user-error.ts";
import { buildStops, buildTrouble, follow } from "./follow.ts";
import { readForm, toRequest, type FormValues } from "./form-values.ts";
import { buildPrompts, buildSettings } from "./form.ts";
import { followModel } from "./model-choice.ts";
import { drawPreview } from "./preview.ts";
import { buildQueue, showQueue } from "./queue.ts";
import { drawStatus } from "./status-line.ts";
import { TokenCounter } from "./token-counter.ts";

export type Form = ReturnType<typeof buildPrompts> & ReturnType<typeof buildSettings>["fields"];

const quiet = { apiName: false, showProgress: "hidden", concurrencyLimit: null } as const;

/** What the tab offers to others. */
export interface Txt2imgPanel {
  readonly form: Form;
  /** Name of the model that the fields of the form were filled in for. */
  readonly filledFor: Textbox;
  readonly toExtras: Button;
  readonly reuseAll: Button;
  /** File name of the picture that is shown large. */
  readonly chosen: Textbox;
}

/** Pictures from words. */
export function buildTxt2img(studio: Studio, opened: Blocks["load"]): Txt2imgPanel {
  // Changed whenever there is something to follow; its change starts the following.
  const pulse = new Textbox({ visible: false, label: "pulse" });
  const chosen = new Textbox({ visible: false, label: "chosen" });
  let prompts: ReturnType<typeof buildPrompts>;
  let settings: ReturnType<typeof buildSettings>;
  let results: Results;
  let generate: Button;
  new Row({ elemClasses: ["studio-grid"] }, () => {
    new Column({ elemClasses: ["studio-ask"] }, () => {
      prompts = buildPrompts(studio);
      generate = new Button("Generate", { variant: "primary" });
    });
    new Column({ elemClasses: ["studio-results"] }, () => {
      results = buildResults(studio, pulse);
    });
    new Column({ elemClasses: ["studio-settings"] }, () => {
      settings = buildSettings(studio);
    });
  });
  const form: Form = { ...prompts!, ...settings!.fields };
  const filledFor = followModel(studio, form);
  wireTokenCounts(studio, form, opened);
  wireTools(studio, { form, tools: settings!.tools, chosen });
  wireGenerate(studio, { form, pulse, triggers: [generate!.click, form.prompt.submit] });
  wireResults(studio, { pulse, chosen, results: results!, opened });
  const { toExtras, reuseAll } = results!;
  return { form, filledFor, toExtras, reuseAll, chosen };
}

function buildResults(studio: Studio, pulse: Textbox) {
  const status = new HTML({ label: "Progress", showLabel: false, container: false });
  const picture = new Image({
    label: "Picture",
    showLabel: false,
    interactive: false,
    required: false,
    placeholder: "Your picture appears here",
    elemClasses: ["studio-picture"],
  });
  // Below the picture: what comes and goes moves nothing that is looked at.
  const stops = buildStops(studio, "txt2img");
  const queue = buildQueue(studio, pulse);
  const gallery = new Gallery({
    label: "My pictures",
    columns: 6,
    allowPreview: false,
    interactive: false,
    required: false,
    placeholder: "Everything you make waits here, also when you were away",
  });
  const parameters = new Textbox({
    label: "How it was made",
    lines: 2,
    maxLines: 8,
    interactive: false,
    buttons: ["copy"],
  });
  const buttons = {} as Record<"reuseAll" | "toExtras" | "clear", Button>;
  new Row({ elemClasses: ["studio-tools"] }, () => {
    buttons.reuseAll = new Button("Reuse settings", { size: "sm" });
    buttons.toExtras = new Button("Send to Extras", { size: "sm" });
    buttons.clear = new Button("Clear pictures", { size: "sm" });
  });
  return { stops, status, picture, queue, gallery, parameters, ...buttons };
}

type Results = ReturnType<typeof buildResults>;

interface GenerateWiring {
  readonly form: Form;
  readonly pulse: Textbox;
  readonly triggers: readonly Button["click"][];
}

/** Generate adds a job, also while others of the visitor's run; following shows it. */
function wireGenerate(studio: Studio, { form, pulse, triggers }: GenerateWiring): void {
  const { board, engine, models, saver } = studio;
  const settings = () => studio.settings.current;
  const names = Object.keys(form);
  on(
    triggers,
    (...args) => {
      const { session } = args.at(-1) as JobContext;
      return forUser(() => {
        const values: FormValues = readForm(names, args.slice(0, -1));
        const model = models.find(({ name }) => name === values.model) ?? models[0];
        const request = toRequest(values, studio.styles);
        board.add(
          session.id,
          generateWork(engine, { request, model: model?.folder ?? engine.model, settings, saver }),
        );
        return crypto.randomUUID();
      });
    },
    Object.values(form),
    pulse,
    { apiName: "txt2img", triggerMode: "multiple", showProgress: "hidden", concurrencyLimit: null },
  );
}

/** Says beside each prompt how many tokens it has, whoever filled it in. */
function wireTokenCounts({ models, engine, styles }: Studio, form: Form, opened: Blocks["load"]): void {
  const counter = new TokenCounter();
  for (const key of ["prompt", "negativePrompt"] as const) {
    const prompt = form[key];
    on(
      [opened, prompt.change, form.model.change, form.styles.change],
      async (own, name, steps, chosen) => {
        const model = models.find((known) => known.name === name)?.folder ?? engine.model;
        const text = applyStyles({ prompt: own, negativePrompt: own }, chosen, styles)[key];
        return update({ info: await counter.describe({ text, model, steps }) });
      },
      [prompt, form.model, form.steps, form.styles],
      prompt,
      { ...quiet, triggerMode: "alwaysLast" },
    );
  }
}

interface ToolsWiring {
  readonly form: Form;
  readonly tools: ReturnType<typeof buildSettings>["tools"];
  readonly chosen: Textbox;
}

/** The small buttons beside size and seed. */
function wireTools({ board }: Studio, { form, tools, chosen }: ToolsWiring): void {
  const { width, height, seed } = form;
  tools.swapSides.click((across, down) => [down, across] as const, [width, height], [width, height], quiet);
  tools.randomSeed.click(() => -1, null, seed, quiet);
  tools.reuseSeed.click(
    (name, { session, log }) => {
      const found = board.userOf(session.id).shelf.find(name);
      if (!found) log.info("There is no picture to take the seed from yet.", { durationMs: 3000 });
      return found?.seed ?? skip();
    },
    chosen,
    seed,
    quiet,
  );
}

interface ResultsWiring {
  readonly pulse: Textbox;
  readonly chosen: Textbox;
  readonly results: Results;
  readonly opened: Blocks["load"];
}

function wireResults(studio: Studio, { pulse, chosen, results, opened }: ResultsWiring): void {
  const { stops, status, picture, queue, gallery, parameters } = results;
  const { board } = studio;
  const trouble = buildTrouble(studio, { kind: "txt2img", place: status });
  const watching = on(
    [opened, pulse.change],
    (context) => {
      const shown = new ShownOnce();
      return follow(studio, {
        kind: "txt2img",
        context,
        show: async (view, told) => {
          const { section, list } = showQueue(view);
          return [
            update({ visible: view.running?.work.kind === "txt2img" }),
            drawStatus(view, "txt2img"),
            await shown.picture(view, studio.settings.current.previewFormat),
            section,
            list,
            ...shown.gallery(view),
            told,
          ];
        },
      });
    },
    [],
    [stops, status, picture, queue.section, queue.list, gallery, parameters, chosen, trouble],
    { ...quiet, triggerMode: "multiple" },
  );
  // What was cancelled while the page was away is taken up again.
  watching.failure(() => crypto.randomUUID(), null, pulse, quiet);
  gallery.select(
    ({ session, event }) => showChosen(board.userOf(session.id).shelf.find(nameIn(event.data))),
    [],
    [picture, parameters, chosen],
    quiet,
  );
  results.clear.click(
    async ({ session }) => {
      await board.userOf(session.id).shelf.clear("txt2img");
      return crypto.randomUUID();
    },
    [],
    pulse,
    quiet,
  );
}

function showChosen(found: StudioPicture | undefined): [Shown, Shown, Shown] {
  return found ? [found.path, found.parameters, found.fileName] : [skip(), skip(), skip()];
}

type Shown = string | ReturnType<typeof skip>;

/** The name a selection carries. */
function nameIn(data: unknown): string {
  return typeof data === "object" && data !== null && "value" in data ? String(data.value) : "";
}

/** What one watch has shown already, so that nothing is sent twice. */
class ShownOnce {
  #newest: string | undefined;
  #count: number | undefined;
  #previews: unknown;

  async picture({ running, pictures }: UserView, format: PictureFormat) {
    const [newest] = pictures;
    const previews = running?.work.kind === "txt2img" ? running.progress.previews : undefined;
    if (previews && previews !== this.#previews) {
      this.#previews = previews;
      return (await drawPreview(previews, format)) ?? skip();
    }
    const isOver = this.#previews !== undefined && previews === undefined;
    if (!isOver && newest?.fileName === this.#newest && this.#count !== undefined) return skip();
    this.#previews = previews;
    return newest?.path ?? null;
  }

  gallery({ pictures }: UserView) {
    const [newest] = pictures;
    if (newest?.fileName === this.#newest && pictures.length === this.#count)
      return [skip(), skip(), skip()] as const;
    this.#newest = newest?.fileName;
    this.#count = pictures.length;
    return [
      pictures.map(({ path, caption }) => [path, caption] as const),
      newest?.parameters ?? "",
      newest?.fileName ?? "",
    ] as const;
  }
}
