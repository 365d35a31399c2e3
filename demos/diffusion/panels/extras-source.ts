import { join } from "node:path";
import { Button, Checkbox, File, Group, Image, Radio, Textbox, update } from "vitrine";
import type { ExtrasFolder, ExtrasOrder } from "../jobs/extras-work.ts";
import type { AllowedFolders } from "../postprocessing/allowed-folders.ts";
import { StudioError } from "../studio-error.ts";
import type { Studio } from "../studio.ts";

export const sourceModes = ["One picture", "Several", "A folder"] as const;
export type SourceMode = (typeof sourceModes)[number];

const quiet = { apiName: false, showProgress: "hidden", concurrencyLimit: null } as const;

/** Where pictures come from: one, several, or a folder of the server. */
export function buildSource({ folders }: Studio) {
  const mode = new Radio<readonly SourceMode[]>({
    label: "Source",
    // Without a folder of the server that visitors may work in there is nothing to choose.
    choices: sourceModes.filter((known) => known !== "A folder" || folders.names.length > 0),
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

export type Source = ReturnType<typeof buildSource>;

/** What a visitor chose. */
export interface Asked {
  readonly mode: SourceMode;
  readonly picture: string | null;
  readonly files: readonly { readonly path: string; readonly name: string }[];
  readonly folder: string;
  /** Empty for a folder of its own beside the pictures. */
  readonly resultFolder: string;
  readonly showsResults: boolean;
}

/**
 * What to work on.
 *
 * @throws {StudioError} `IMAGE_MISSING`, or `FOLDER_NOT_ALLOWED`
 */
export async function listInputs({ folders }: Studio, asked: Asked): Promise<ExtrasOrder["inputs"]> {
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
