import sharp from "sharp";
import { fromSharp, toSharp, type Picture } from "../images/picture.ts";
import { resizePicture } from "../images/picture-edits.ts";

/** Most pixels of a grid; pictures of larger ones are made smaller. */
const mostPixels = 4096 * 4096;

/**
 * Rows of a grid of `count` pictures. `asked`: that many; -1: about as many as columns; 0: one for each batch.
 * Never more than there are pictures.
 */
export function gridRows(
  count: number,
  { asked, batchSize }: { readonly asked: number; readonly batchSize: number },
): number {
  const wanted = asked > 0 ? asked : asked === 0 ? batchSize : Math.round(Math.sqrt(count));
  return Math.max(1, Math.min(wanted, count));
}

/** Collects the pictures of a job, no larger than their grid will show them. */
export class GridCells {
  readonly #scale: (picture: Picture) => number;
  readonly #cells = new Map<number, Promise<Picture>>();

  /** @param count how many pictures there may be */
  constructor(count: number) {
    this.#scale = ({ width, height }) => Math.min(1, Math.sqrt(mostPixels / (count * width * height)));
  }

  add(index: number, picture: Picture): void {
    const scale = this.#scale(picture);
    const size = {
      width: Math.max(1, Math.floor(picture.width * scale)),
      height: Math.max(1, Math.floor(picture.height * scale)),
    };
    const cell = resizePicture(picture, size);
    // Awaited when the grid is drawn; until then nobody listens to a failure.
    cell.catch(() => undefined);
    this.#cells.set(index, cell);
  }

  /** In their order in the job. */
  async all(): Promise<readonly Picture[]> {
    return Promise.all([...this.#cells].sort(([first], [second]) => first - second).map(([, cell]) => cell));
  }
}

/** Pictures in rows from the left, each in the middle of a cell as large as the largest, on white. */
export async function drawGrid(pictures: readonly Picture[], rows: number): Promise<Picture> {
  const columns = Math.ceil(pictures.length / rows);
  const width = Math.max(...pictures.map((picture) => picture.width));
  const height = Math.max(...pictures.map((picture) => picture.height));
  const parts = pictures.map(async (picture, at) => ({
    input: await toSharp(picture).png({ compressionLevel: 0 }).toBuffer(),
    left: (at % columns) * width + Math.floor((width - picture.width) / 2),
    top: Math.floor(at / columns) * height + Math.floor((height - picture.height) / 2),
  }));
  const sheet = sharp({
    create: { width: width * columns, height: height * rows, channels: 3, background: "#ffffff" },
  });
  return fromSharp(sheet.composite(await Promise.all(parts)));
}
