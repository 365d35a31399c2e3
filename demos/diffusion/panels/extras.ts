import {
  Accordion,
  Button,
  Checkbox,
  CheckboxGroup,
  Column,
  Dropdown,
  File,
  Gallery,
  Group,
  HTML,
  Image,
  on,
  Radio,
  Row,
  skip,
  Textbox,
  update,
  type Blocks,
  type JobContext,
} from "vitrine";
import { join } from "node:path";
import * as v from "valibot";
import { extrasWork, type ExtrasFolder, type ExtrasOrder } from "../jobs/extras-work.ts";
import type { UserView } from "../jobs/user-jobs.ts";
import type { AllowedFolders } from "../postprocessing/allowed-folders.ts";
import { StudioError } from "../studio-error.ts";
import type { Studio } from "../studio.ts";
import { forUser } from "../user-error.ts";
import { buildStops, buildTrouble, follow } from "./follow.ts";
import { buildScriptSection, type ControlComponent } from "./script-controls.ts";
import { drawStatus } from "./status-line.ts";

export interface ExtrasPanel {
  readonly mode: Radio<readonly Mode[]>;
  readonly picture: Image<"path", false>;
}

const modes = ["One picture", "Several", "A folder"] as const;
type Mode = (typeof modes)[number];
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
  source.picture.change(() => studio.runner.imageChanged(), null, null, quiet);
  return source;
}

function buildSource({ folders }: Studio) {
  const mode = new Radio<readonly Mode[]>({
    label: "Source",
    // Without a folder of the server that visitors may work in there is nothing to choose.
    choices: modes.filter((known) => known !== "A folder" || folders.names.length > 0),
    value: "One picture",
  });
  const picture = new Image({
    label: "Picture",
    type: "path",
    sources: ["upload", "clipboard"],
    required: false,
    elemClasses: ["studio-source"],
  });
  const files = new File({
    label: "Pictures",
    fileCount: "multiple",
    fileTypes: ["image"],
    required: false,
    visible: false,
    placeholder: "Drop any number of pictures here",
  });
  const folder = buildFolder(folders.names);
  const process = new Button("Process", { variant: "primary" });
  mode.change(
    (chosen) => [
      update({ visible: chosen === "One picture" }),
      update({ visible: chosen === "Several" }),
      update({ visible: chosen === "A folder" }),
    ],
    mode,
    [picture, files, folder.group],
    quiet,
  );
  return { mode, picture, files, folder, process };
}

function buildFolder(names: readonly string[]) {
  const [first = ""] = names;
  const input = new Textbox({
    label: "Folder",
    value: first,
    info: `On the server, in ${names.join(", ")}`,
    render: false,
  });
  const output = new Textbox({
    label: "Results go to",
    placeholder: "extras, in that folder",
    info: "Made if it is not there; nothing is overwritten",
    render: false,
  });
  const showsResults = new Checkbox({ label: "Show results here", value: true, render: false });
  const group = new Group({ visible: false, elemClasses: ["studio-folder"] }, () => {
    for (const field of [input, output, showsResults]) field.render();
  });
  return { group, input, output, showsResults };
}

type Source = ReturnType<typeof buildSource>;

function buildScripts({ runner }: Studio) {
  const slots = runner.setupUi();
  const names = slots.map(({ script }) => script.name);
  const sections = slots.map((slot, index) => buildScriptSection(slot, { open: index === 0 }));
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

function buildResults(studio: Studio) {
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
  return { stops, status, before, after, gallery, info };
}

type Results = ReturnType<typeof buildResults>;

const orderSchema = v.object({
  mode: v.picklist(modes),
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

type Asked = v.InferOutput<typeof orderSchema>;

/** @throws {StudioError} `IMAGE_MISSING`, or `FOLDER_NOT_ALLOWED` */
async function listInputs({ folders }: Studio, asked: Asked): Promise<ExtrasOrder["inputs"]> {
  const { mode, picture, files } = asked;
  if (mode === "A folder") return openFolder(folders, asked);
  const one = picture === null ? [] : [{ path: picture, name: picture.split(/[/\\]/).at(-1) ?? "" }];
  const inputs = mode === "Several" ? files : one;
  if (inputs.length > 0) return inputs;
  throw new StudioError("IMAGE_MISSING", { message: "There is no picture to work on." });
}

async function openFolder(folders: AllowedFolders, asked: Asked): Promise<ExtrasFolder> {
  const path = await folders.find(asked.folder);
  const resultPath =
    asked.resultFolder.trim() === "" ? join(path, "extras") : await folders.find(asked.resultFolder);
  return {
    path,
    resultPath,
    allowedRoots: folders.roots,
    name: folders.nameOf(path),
    resultName: folders.nameOf(resultPath),
    showsResults: asked.showsResults,
  };
}

interface ResultsWiring {
  readonly results: Results;
  readonly pulse: Textbox;
  readonly opened: Blocks["load"];
}

function wireResults(studio: Studio, { results, pulse, opened }: ResultsWiring): void {
  const { stops, status, before, after, gallery, info } = results;
  const trouble = buildTrouble(studio, { kind: "extras", place: status });
  const watching = on(
    [opened, pulse.change],
    (context) => {
      let last: string | undefined;
      const show = async (view: UserView) => {
        const [newest] = view.pictures;
        const isNew = newest !== undefined && newest.fileName !== last;
        last = newest?.fileName;
        return [
          update({ visible: view.running?.work.kind === "extras" }),
          drawStatus(view, "extras"),
          ...(isNew
            ? ([
                newest.sourcePath ?? null,
                newest.path,
                view.pictures.map(({ path, caption }) => [path, caption] as const),
                newest.parameters,
              ] as const)
            : ([skip(), skip(), skip(), skip()] as const)),
        ] as const;
      };
      return follow(studio, {
        kind: "extras",
        context,
        show: async (view, told) => [...(await show(view)), told],
      });
    },
    [],
    [stops, status, before, after, gallery, info, trouble],
    { ...quiet, triggerMode: "multiple" },
  );
  watching.failure(() => crypto.randomUUID(), null, pulse, quiet);
  gallery.select(
    ({ session, event }) => {
      const { data } = event;
      const name = typeof data === "object" && data !== null && "value" in data ? String(data["value"]) : "";
      const found = studio.board.userOf(session.id).shelf.find(name);
      return [found?.sourcePath ?? skip(), found?.path ?? skip(), found?.parameters ?? skip()];
    },
    [],
    [before, after, info],
    quiet,
  );
}
