import { readdir } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fromSharp, toPicture, toSharp, type Picture } from "../../images/picture.ts";
import { resizePicture } from "../../images/picture-edits.ts";
import type { UpscaleContext, Upscaler } from "../../postprocessing/upscalers/upscaler.ts";
import { StudioError } from "../../studio-error.ts";
import { Graph, type GraphOptions, type TensorInfo } from "../model/graph.ts";
import { cutPlane, takeTile, TileCanvas, type Planes, type Tile } from "../model/tiles.ts";

/** Side of a tile and overlap of two, in pixels of the small picture. */
const usualTile = 192;
const usualOverlap = 16;

/**
 * Lists the super-resolution networks of a folder, by the names of their files. Each is loaded when it is first used.
 * A folder that is not there has none.
 */
export async function loadUpscalers(folder: string, options: GraphOptions = {}): Promise<Upscaler[]> {
  const files = await readdir(folder).catch((): string[] => []);
  return files
    .filter((file) => extname(file) === ".onnx")
    .sort()
    .map((file) => new OnnxUpscaler(join(folder, file), options));
}

interface LoadedNetwork {
  readonly graph: Graph;
  readonly input: TensorInfo;
  readonly output: string;
  readonly scale: number;
  /** The only size that it takes, where its graph is not free. */
  readonly fixed: { readonly height: number; readonly width: number } | undefined;
}

/**
 * A network of Real-ESRGAN's conventions: planes of red, green and blue from 0 to 1 go in, larger ones come out. Names,
 * types, fixed sizes and the scale are the graph's own. Pictures go through it in overlapping tiles.
 */
export class OnnxUpscaler implements Upscaler {
  readonly name: string;
  readonly #path: string;
  readonly #options: GraphOptions;
  #network: Promise<LoadedNetwork> | undefined;

  constructor(path: string, options: GraphOptions = {}) {
    this.name = basename(path, extname(path));
    this.#path = path;
    this.#options = options;
  }

  /** @throws {StudioError} `MODEL_FILE`, `MODEL_OPERATOR`, `MODEL_SHAPE` or `MODEL_RUN`; the signal's reason between tiles. */
  async upscaleOnce(picture: Picture, _factor: number, context: UpscaleContext): Promise<Picture> {
    const network = await this.#load();
    const planes = toPlanes(picture);
    const large = await upscalePlanes(network, planes, context);
    const colours = toPixels(large);
    return picture.channels === 3 ? colours : withAlpha(colours, picture);
  }

  async #load(): Promise<LoadedNetwork> {
    this.#network ??= openNetwork(this.#path, this.#options);
    try {
      return await this.#network;
    } catch (error) {
      // A file that was copied anew shall be read anew.
      this.#network = undefined;
      throw error;
    }
  }
}

async function openNetwork(path: string, options: GraphOptions): Promise<LoadedNetwork> {
  const graph = await Graph.open(path, options);
  const [input] = graph.inputs.values();
  const [output] = graph.outputs.keys();
  if (graph.inputs.size !== 1 || input?.shape.length !== 4 || output === undefined) {
    throw new StudioError("MODEL_SHAPE", {
      message: `${graph.file}: expected one input of batch × 3 × height × width, as Real-ESRGAN has it, got ${graph.inputs.size} inputs, the first of ${input?.shape.length ?? 0} sides.`,
    });
  }
  const [, , height, width] = input.shape;
  const fixed = typeof height === "number" && typeof width === "number" ? { height, width } : undefined;
  const probe = fixed ?? { height: 16, width: 16 };
  const [large] = await graph.run(
    {
      [input.name]: {
        data: new Float32Array(3 * probe.height * probe.width),
        dims: [1, 3, probe.height, probe.width],
      },
    },
    [output],
  );
  const scale = large!.dims[2]! / probe.height;
  if (large!.dims[1] !== 3 || !Number.isInteger(scale) || large!.dims[3] !== probe.width * scale) {
    throw new StudioError("MODEL_SHAPE", {
      message: `${graph.file}: expected three planes of a whole multiple of ${probe.width} × ${probe.height}, got ${large!.dims.join(" × ")}.`,
    });
  }
  return { graph, input, output, scale, fixed };
}

async function upscalePlanes(
  network: LoadedNetwork,
  planes: Planes,
  { signal }: UpscaleContext,
): Promise<Planes> {
  const { scale, fixed } = network;
  const size = fixed === undefined ? usualTile : Math.min(fixed.height, fixed.width);
  const overlap = Math.min(usualOverlap, Math.floor(size / 4));
  const shape = { channels: 3, height: planes.height * scale, width: planes.width * scale };
  const canvas = new TileCanvas(shape, overlap * scale);
  for (const tile of cutPlane(planes, size, overlap)) {
    signal?.throwIfAborted();
    await setImmediate();
    signal?.throwIfAborted();
    const result = await runTile(network, takeTile(planes, tile));
    canvas.add(result, enlarge(tile, scale));
  }
  return { ...shape, data: canvas.finish() };
}

/** Small pictures are mirrored until they fill a network of fixed size, and a little beyond an odd border. */
async function runTile(
  { graph, input, output, scale, fixed }: LoadedNetwork,
  tile: Planes,
): Promise<Float32Array> {
  // Networks that begin by folding pixels together want sides that divide by four.
  const even = { height: Math.ceil(tile.height / 4) * 4, width: Math.ceil(tile.width / 4) * 4 };
  const padded = mirrorTo(tile, fixed ?? even);
  const { data, height, width } = padded;
  const [large] = await graph.run({ [input.name]: { data, dims: [1, 3, height, width] } }, [output]);
  const whole = { data: large!.data, channels: 3, height: height * scale, width: width * scale };
  if (height === tile.height && width === tile.width) return whole.data;
  const inner = { rows: { from: 0, to: tile.height * scale }, columns: { from: 0, to: tile.width * scale } };
  return takeTile(whole, inner).data;
}

function mirrorTo(planes: Planes, { height, width }: { height: number; width: number }): Planes {
  if (planes.height === height && planes.width === width) return planes;
  const data = new Float32Array(planes.channels * height * width);
  for (let channel = 0; channel < planes.channels; channel++) {
    for (let row = 0; row < height; row++) {
      const from = (channel * planes.height + mirror(row, planes.height)) * planes.width;
      for (let column = 0; column < width; column++) {
        data[(channel * height + row) * width + column] = planes.data[from + mirror(column, planes.width)]!;
      }
    }
  }
  return { data, channels: planes.channels, height, width };
}

function mirror(at: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const place = at % period;
  return place < length ? place : period - place;
}

function enlarge({ rows, columns }: Tile, by: number): Tile {
  return {
    rows: { from: rows.from * by, to: rows.to * by },
    columns: { from: columns.from * by, to: columns.to * by },
  };
}

function toPlanes({ data, width, height, channels }: Picture): Planes {
  const places = width * height;
  const out = new Float32Array(3 * places);
  for (let place = 0; place < places; place++) {
    for (let colour = 0; colour < 3; colour++)
      out[colour * places + place] = data[place * channels + colour]! / 255;
  }
  return { data: out, channels: 3, height, width };
}

function toPixels({ data, height, width }: Planes): Picture {
  const places = width * height;
  const out = new Uint8Array(3 * places);
  for (let place = 0; place < places; place++) {
    for (let colour = 0; colour < 3; colour++) {
      const value = data[colour * places + place]!;
      out[3 * place + colour] = Math.round(Math.max(0, Math.min(1, value)) * 255);
    }
  }
  return toPicture(out, { width, height, channels: 3 });
}

/** Transparency is enlarged smoothly, apart from the colours: networks know nothing of it. */
async function withAlpha(colours: Picture, original: Picture): Promise<Picture> {
  const places = original.width * original.height;
  const alpha = new Uint8Array(3 * places);
  for (let place = 0; place < places; place++) {
    alpha.fill(original.data[4 * place + 3]!, 3 * place, 3 * place + 3);
  }
  const large = await resizePicture(
    toPicture(alpha, { width: original.width, height: original.height, channels: 3 }),
    colours,
  );
  const mask = await toSharp(large).extractChannel(0).raw().toBuffer();
  const raw = { width: colours.width, height: colours.height, channels: 1 as const };
  return fromSharp(toSharp(colours).joinChannel(mask, { raw }));
}
