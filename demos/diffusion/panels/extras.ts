import {
  Accordion,
  CheckboxGroup,
  Column,
  Dropdown,
  Radio,
  Row,
  Textbox,
  update,
  type Blocks,
  type Image,
  type JobContext,
} from "vitrine";
import * as v from "valibot";
import { extrasWork } from "../jobs/extras-work.ts";
import type { Studio } from "../studio.ts";
import { forUser } from "../user-error.ts";
import { buildResults, wireAgain, wireResults, type Results } from "./extras-results.ts";
import { buildSource, listInputs, sourceModes, type Source, type SourceMode } from "./extras-source.ts";
import { buildScriptSection, type ControlComponent } from "./script-controls.ts";

export interface ExtrasPanel {
  readonly mode: Radio<readonly SourceMode[]>;
  readonly picture: Image<"path", false>;
}

const formats = ["png", "jpeg", "webp"] as const;
const quiet = { apiName: false, showProgress: "hidden", concurrencyLimit: null } as const;

/** Sends pictures through the scripts. */
export function buildExtras(studio: Studio, opened: Blocks["load"]): ExtrasPanel {
  const pulse = new Textbox({ visible: false, label: "pulse" });
  let source!: Source;
  let results!: Results;
  let scripts!: Scripts;
  new Row({ elemClasses: ["studio-grid"] }, () => {
    new Column({ elemClasses: ["studio-ask"] }, () => void (source = buildSource(studio)));
    new Column({ elemClasses: ["studio-results"] }, () => void (results = buildResults(studio)));
    new Column({ elemClasses: ["studio-settings"] }, () => void (scripts = buildScripts(studio)));
  });
  wireProcess(studio, { source, scripts, pulse });
  wireResults(studio, { results, pulse, opened });
  wireAgain(studio, { source, results });
  source.picture.change(() => studio.runner.imageChanged(), null, null, quiet);
  return source;
}

function buildScripts({ runner }: Studio) {
  const slots = runner.setupUi();
  const names = slots.map(({ script }) => script.name);
  const sections = slots.map(buildScriptSection);
  const order = new Dropdown({
    label: "Run first, in this order",
    info: "The others follow in the order above.",
    choices: names,
    multiselect: true,
    render: false,
  });
  const enabled = new CheckboxGroup({
    label: "Scripts that take part",
    choices: names,
    value: names,
    render: false,
  });
  const format = new Radio({
    label: "Format of changed pictures",
    choices: formats,
    value: "png",
    render: false,
  });
  new Accordion({ label: "Order, choice and format", open: false }, () => {
    new Column({ minWidth: 0 }, () => void [order, enabled, format].map((field) => field.render()));
  });
  enabled.change(
    (chosen) => names.map((name) => update({ visible: chosen.includes(name) })),
    enabled,
    sections.map(({ section }) => section),
    quiet,
  );
  const controls: readonly ControlComponent[] = sections.flatMap(({ components }) => components);
  return { names, order, enabled, format, controls };
}

type Scripts = ReturnType<typeof buildScripts>;

const orderSchema = v.object({
  mode: v.picklist(sourceModes),
  picture: v.nullable(v.string()),
  files: v.array(v.object({ path: v.string(), name: v.string() })),
  folder: v.string(),
  resultFolder: v.string(),
  showsResults: v.boolean(),
  order: v.array(v.string()),
  enabled: v.array(v.string()),
  format: v.picklist(formats),
});

interface ProcessWiring {
  readonly source: Source;
  readonly scripts: Scripts;
  readonly pulse: Textbox;
}

function wireProcess(studio: Studio, { source, scripts, pulse }: ProcessWiring): void {
  const { board, runner } = studio;
  const { mode, picture, files, folder, process } = source;
  const { order, enabled, format, controls, names } = scripts;
  const { input, output, showsResults } = folder;
  const fields = {
    mode,
    picture,
    files,
    folder: input,
    resultFolder: output,
    showsResults,
    order,
    enabled,
    format,
  };
  process.click(
    (...args) => {
      const { session } = args.at(-1) as JobContext;
      return forUser(async () => {
        const given = Object.keys(fields).map((name, index) => [name, args[index]]);
        const asked = v.parse(orderSchema, Object.fromEntries(given));
        const work = extrasWork(runner, {
          inputs: await listInputs(studio, asked),
          args: args.slice(given.length, -1),
          operationOrder: asked.order,
          disabled: names.filter((name) => !asked.enabled.includes(name)),
          format: asked.format,
        });
        board.add(session.id, work);
        return crypto.randomUUID();
      });
    },
    [...Object.values(fields), ...controls],
    pulse,
    { ...quiet, apiName: "extras", triggerMode: "multiple" },
  );
}
