import { toPicture, type Picture } from "../../images/picture.ts";
import type { DiffusionModel } from "../model/load-model.ts";
import { solveLinear } from "../numeric/solve-linear.ts";
import { createRandomSource } from "../random/random-source.ts";
import type { LatentSize } from "./latent-size.ts";
import { planesToPicture } from "./planes.ts";

/** Red, green and blue as weighted sums of a place's latents: for each colour a weight a channel, then an offset. */
export type ColourMap = readonly [Float64Array, Float64Array, Float64Array];

export interface ShownLatents {
  /** Of a whole batch. */
  readonly latents: Float32Array;
  readonly size: LatentSize;
  readonly count: number;
}

/** Makes pictures of latents that are still being sampled. */
export class LatentPreview {
  readonly #model: DiffusionModel;
  #map: ColourMap | undefined;

  constructor(model: DiffusionModel) {
    this.#model = model;
    this.#map = knownMap(model);
  }

  /** One pixel for each latent, at once; undefined until the model's colour map is known. */
  showFast({ latents, size, count }: ShownLatents): Picture[] | undefined {
    const map = this.#map;
    if (map === undefined) return undefined;
    const length = latents.length / count;
    return Array.from({ length: count }, (_, i) =>
      mapColours(latents.subarray(i * length, (i + 1) * length), size, map),
    );
  }

  /** Learns the colour map first where it has to (`fast`), or takes the autoencoder (`full`). */
  async show(shown: ShownLatents, kind: "fast" | "full"): Promise<Picture[]> {
    if (kind === "full") return this.#decode(shown);
    this.#map ??= await fitColourMap(this.#model);
    return this.showFast(shown)!;
  }

  async #decode({ latents, size, count }: ShownLatents): Promise<Picture[]> {
    const { autoencoder } = this.#model;
    const length = latents.length / count;
    const tiling = size.height * size.width > mostUntiledPlaces ? { tile: 64, overlap: 16 } : undefined;
    const pictures: Picture[] = [];
    for (let i = 0; i < count; i++) {
      const data = latents.subarray(i * length, (i + 1) * length);
      const planes = await autoencoder.decode({ data, channels: autoencoder.channels, ...size }, { tiling });
      pictures.push(planesToPicture(planes));
    }
    return pictures;
  }
}

/** Larger previews are decoded in parts, as large pictures are. */
const mostUntiledPlaces = 96 * 96;

/** The maps that the webui uses for Stable Diffusion 1 and 2, and for XL; their latents are told by their scale. */
function knownMap({ autoencoder }: DiffusionModel): ColourMap | undefined {
  if (autoencoder.channels !== 4) return undefined;
  if (Math.abs(autoencoder.scale - 0.18215) < 1e-4) {
    return [
      Float64Array.of(0.298, 0.187, -0.158, -0.184, 0),
      Float64Array.of(0.207, 0.286, 0.189, -0.271, 0),
      Float64Array.of(0.208, 0.173, 0.264, -0.473, 0),
    ];
  }
  if (Math.abs(autoencoder.scale - 0.13025) < 1e-4) {
    return [
      Float64Array.of(0.3448, -0.1953, 0.1074, -0.373, 0),
      Float64Array.of(0.4168, -0.029, 0.0886, -0.2499, 0),
      Float64Array.of(0.4395, 0.025, -0.0163, -0.2088, 0),
    ];
  }
  return undefined;
}

/** Side of the latents that a map is learned from, and of the patches of one colour in them. */
const fitSide = 16;
const patchSide = 4;
const fitPictures = 4;

/**
 * Learns what colours a model's latents stand for: decodes patches of random latents, and fits a linear map to the
 * mean colour of each patch by least squares.
 */
export async function fitColourMap({ autoencoder }: DiffusionModel): Promise<ColourMap> {
  const { channels } = autoencoder;
  const rows: number[][] = [];
  const colours: [number[], number[], number[]] = [[], [], []];
  const random = createRandomSource("NV", 0);
  const patches = fitSide / patchSide;
  for (let picture = 0; picture < fitPictures; picture++) {
    const values = random.normal(channels * patches * patches);
    const data = new Float32Array(channels * fitSide * fitSide);
    for (let i = 0; i < data.length; i++) data[i] = values[patchOf(i)]!;
    const decoded = await autoencoder.decode({ data, channels, height: fitSide, width: fitSide });
    for (let patch = 0; patch < patches * patches; patch++) {
      rows.push([...Array.from({ length: channels }, (_, c) => values[c * patches * patches + patch]!), 1]);
      colours.forEach((list, colour) => list.push(patchColour(decoded, { colour, patch })));
    }
  }
  return [
    solveLeastSquares(rows, colours[0]),
    solveLeastSquares(rows, colours[1]),
    solveLeastSquares(rows, colours[2]),
  ];
}

/** The random value of a place: channel by channel, patch by patch. */
function patchOf(index: number): number {
  const patches = fitSide / patchSide;
  const channel = Math.floor(index / fitSide ** 2);
  const row = Math.floor((index % fitSide ** 2) / fitSide);
  const column = index % fitSide;
  return (channel * patches + Math.floor(row / patchSide)) * patches + Math.floor(column / patchSide);
}

function patchColour(
  { data, height, width }: { data: Float32Array; height: number; width: number },
  { colour, patch }: { colour: number; patch: number },
): number {
  const patches = fitSide / patchSide;
  const side = height / patches;
  // The borders of a patch take on some of their neighbours' colour.
  const margin = Math.floor(side / 4);
  const top = Math.floor(patch / patches) * side;
  const left = (patch % patches) * side;
  let sum = 0;
  let count = 0;
  for (let row = top + margin; row < top + side - margin; row++) {
    for (let column = left + margin; column < left + side - margin; column++, count++) {
      sum += data[(colour * height + row) * width + column]!;
    }
  }
  return sum / count;
}

/** Normal equations, with a trace of ridge so that they always have a solution. */
function solveLeastSquares(rows: readonly number[][], values: readonly number[]): Float64Array {
  const size = rows[0]!.length;
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) =>
      rows.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? 1e-6 : 0),
    ),
  );
  const right = Array.from({ length: size }, (_, i) =>
    rows.reduce((sum, row, k) => sum + row[i]! * values[k]!, 0),
  );
  return Float64Array.from(solveLinear(matrix, right));
}

/** Channel by channel: every step waits for this, and one plain loop is several times as fast as nested ones. */
function mapColours(latents: Float32Array, { height, width }: LatentSize, map: ColourMap): Picture {
  const places = height * width;
  const channels = latents.length / places;
  const sums = new Float32Array(places);
  // Keeps to 0 to 255 by itself.
  const data = new Uint8ClampedArray(3 * places);
  for (let colour = 0; colour < 3; colour++) {
    const weights = map[colour]!;
    sums.fill(127.5 + 127.5 * weights[channels]!);
    for (let channel = 0; channel < channels; channel++)
      addScaled(sums, latents.subarray(channel * places, (channel + 1) * places), 127.5 * weights[channel]!);
    for (let place = 0; place < places; place++) data[3 * place + colour] = sums[place]!;
  }
  return toPicture(new Uint8Array(data.buffer), { width, height, channels: 3 });
}

function addScaled(sums: Float32Array, values: Float32Array, factor: number): void {
  for (let i = 0; i < sums.length; i++) sums[i]! += factor * values[i]!;
}
