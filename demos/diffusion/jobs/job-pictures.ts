import { parametersKey, writeTexts } from "../images/metadata.ts";
import { parseInfotext } from "../images/parse-infotext.ts";
import { encodePicture, type Picture, type PictureFormat } from "../images/picture.ts";
import type { FileNameValues } from "../images/file-name-pattern.ts";
import type { GenerateRequest } from "../pipeline/generation/request.ts";
import type { GeneratedPicture } from "../pipeline/generation/run-generation.ts";
import type { StudioSettings } from "../studio-settings.ts";
import type { WorkContext } from "./job.ts";
import { drawGrid, GridCells, gridRows } from "./picture-grid.ts";
import type { PictureSaver } from "./picture-saver.ts";

export interface JobPicturesOptions {
  readonly request: GenerateRequest;
  readonly settings: StudioSettings;
  readonly saver: PictureSaver;
  readonly context: WorkContext;
  readonly jobTimestamp: string;
}

const extensions: Readonly<Record<PictureFormat, string>> = { png: ".png", jpeg: ".jpg", webp: ".webp" };

/** The pictures of one job: shown to their owner, saved as the settings say, and at last shown together. */
export class JobPictures {
  readonly #options: JobPicturesOptions;
  readonly #count: number;
  readonly #cells: GridCells;
  /** One after another, so that they come in the order they were made. */
  #keeping: Promise<unknown> = Promise.resolve();
  readonly #failures: unknown[] = [];
  #first: GeneratedPicture | undefined;

  constructor(options: JobPicturesOptions) {
    const { batchCount = 1, batchSize = 1 } = options.request;
    this.#options = options;
    this.#count = batchCount * batchSize;
    this.#cells = new GridCells(this.#count);
  }

  add(generated: GeneratedPicture): void {
    const { showsGrid, savesGrids } = this.#options.settings;
    this.#first ??= generated;
    if (this.#count > 1 && (showsGrid || savesGrids)) this.#cells.add(generated.index, generated.picture);
    this.#keeping = this.#keeping
      .then(() => this.#keep(generated))
      .catch((error: unknown) => this.#failures.push(error));
  }

  /** Waits until nothing is being kept any more, well or not. */
  async settled(): Promise<void> {
    await this.#keeping;
  }

  /** @throws what went wrong with keeping them */
  async finish(): Promise<void> {
    await this.settled();
    if (this.#failures.length > 0) throw this.#failures[0];
    const cells = await this.#cells.all();
    if (cells.length > 1 && this.#first) await this.#keepGrid(cells, this.#first);
  }

  async #keep(generated: GeneratedPicture): Promise<void> {
    const { context } = this.#options;
    const { seed, parameters, isIncomplete, picture } = generated;
    const file = await this.#encode(picture, parameters);
    await context.keep({
      ...file,
      kind: "txt2img",
      name: String(seed),
      caption: isIncomplete ? `Seed ${seed}, stopped` : `Seed ${seed}`,
      parameters,
      seed,
      isIncomplete,
    });
    await this.#save({ ...file, generated, isGrid: false });
  }

  async #keepGrid(cells: readonly Picture[], first: GeneratedPicture): Promise<void> {
    const { context, request, settings } = this.#options;
    const rows = gridRows(cells.length, { asked: settings.gridRows, batchSize: request.batchSize ?? 1 });
    const file = await this.#encode(await drawGrid(cells, rows), first.parameters);
    if (settings.showsGrid) {
      await context.keep({
        ...file,
        kind: "txt2img",
        name: "grid",
        caption: `All ${cells.length}`,
        parameters: first.parameters,
        seed: first.seed,
        isGrid: true,
      });
    }
    await this.#save({ ...file, generated: first, isGrid: true });
  }

  async #encode(picture: Picture, parameters: string): Promise<EncodedFile> {
    const { imageFormat: format, imageQuality: quality, writesInfotext } = this.#options.settings;
    const encoded = await encodePicture(picture, { format, quality });
    const texts = new Map(writesInfotext ? [[parametersKey, parameters]] : []);
    return { bytes: writeTexts(encoded, texts), extension: extensions[format] };
  }

  /** A picture that cannot be saved is still shown; its owner is told. */
  async #save({
    generated,
    ...file
  }: EncodedFile & { generated: GeneratedPicture; isGrid: boolean }): Promise<void> {
    const { saver, context } = this.#options;
    try {
      await saver.save({
        ...file,
        values: this.#namesOf(generated),
        isIncomplete: generated.isIncomplete,
      });
    } catch (error) {
      context.note(error instanceof Error ? error.message : String(error));
    }
  }

  /** What file names may be made of; what the request left open is in the picture's own text. */
  #namesOf({ seed, index, picture, parameters }: GeneratedPicture): FileNameValues {
    const { request, jobTimestamp } = this.#options;
    const { batchSize = 1 } = request;
    const said = parseInfotext(parameters).parameters;
    const text = (key: string) => said.get(key) ?? "";
    return {
      prompt: request.prompt,
      negativePrompt: request.negativePrompt ?? "",
      seed,
      steps: Number(text("Steps")),
      cfgScale: Number(text("CFG scale")),
      width: picture.width,
      height: picture.height,
      sampler: text("Sampler"),
      scheduler: text("Schedule type"),
      modelName: text("Model"),
      clipSkip: request.clipSkip ?? 1,
      ...(request.hires ? { denoisingStrength: Number(text("Denoising strength")) } : {}),
      batchSize,
      batchIndex: index % batchSize,
      generationIndex: index,
      generationCount: this.#count,
      jobTimestamp,
    };
  }
}

interface EncodedFile {
  readonly bytes: Uint8Array;
  readonly extension: string;
}
