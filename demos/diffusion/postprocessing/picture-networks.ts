import { existsSync, readdirSync } from "node:fs";
import { basename, join, parse } from "node:path";

/** A face-restoring network and the detector it is used with. */
export interface FaceNetwork {
  readonly restorer: string;
  readonly detector: string;
}

/** Networks for pictures that are there, by path. */
export interface PictureNetworks {
  /** Undefined without the network, and without a detector. */
  readonly gfpgan: FaceNetwork | undefined;
  readonly codeFormer: FaceNetwork | undefined;
  readonly detector: string | undefined;
  /** Folders, each with `model.onnx` and `selected_tags.csv`. */
  readonly taggers: readonly string[];
}

/** Names that say what a file is for, where it lies beside the networks that need it. */
const detectorNames = /detect|retinaface|yunet|yolo/i;

/**
 * Looks for networks as a webui's folder of models has them: `GFPGAN`, `Codeformer` and `face_detection` with `.onnx`
 * files, `taggers` with a folder for each. Folders are found whatever their case; of several files the last by name,
 * numbers counted, is taken. A detector may lie beside the networks as well.
 */
export function findPictureNetworks(modelsFolder: string): PictureNetworks {
  const files = (name: string) => onnxFiles(childFolder(modelsFolder, name));
  const [gfpgan, codeFormer] = [files("GFPGAN"), files("Codeformer")];
  const isDetector = (path: string) => detectorNames.test(basename(path));
  const detector = files("face_detection").at(-1) ?? [...gfpgan, ...codeFormer].find(isDetector);
  const pair = (paths: readonly string[]): FaceNetwork | undefined => {
    const restorer = paths.filter((path) => !isDetector(path)).at(-1);
    return restorer !== undefined && detector !== undefined ? { restorer, detector } : undefined;
  };
  return {
    gfpgan: pair(gfpgan),
    codeFormer: pair(codeFormer),
    detector,
    taggers: taggerFolders(childFolder(modelsFolder, "taggers")),
  };
}

function taggerFolders(folder: string | undefined): readonly string[] {
  return childrenOf(folder)
    .map((name) => join(folder ?? "", name))
    .filter((path) => existsSync(join(path, "model.onnx")) && existsSync(join(path, "selected_tags.csv")));
}

function onnxFiles(folder: string | undefined): readonly string[] {
  return childrenOf(folder)
    .filter((name) => parse(name).ext.toLowerCase() === ".onnx")
    .map((name) => join(folder ?? "", name));
}

function childFolder(folder: string, name: string): string | undefined {
  const found = childrenOf(folder).find((child) => child.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : join(folder, found);
}

/** Names in a folder, `v9` before `v10`; none where it cannot be read. */
function childrenOf(folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  const collator = new Intl.Collator("en", { numeric: true });
  try {
    return readdirSync(folder).sort((first, second) => collator.compare(first, second));
  } catch {
    return [];
  }
}
