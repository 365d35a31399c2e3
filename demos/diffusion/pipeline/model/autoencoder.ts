import { stat } from "node:fs/promises";
import { join } from "node:path";
import { StudioError } from "../../studio-error.ts";
import { Graph, type GraphOptions } from "./graph.ts";
import { pixelsOfLatent, readAutoencoderConfig, type AutoencoderConfig } from "./model-configs.ts";
import { cutPlane, takeTile, TileCanvas, type Planes, type Tile } from "./tiles.ts";

/** How large pictures are taken through the autoencoder in parts. */
export interface TilingOptions {
  /** Side of a tile, in latents. */
  readonly tile: number;
  /** Least overlap of two tiles, in latents. */
  readonly overlap: number;
}

export interface AutoencoderWork {
  /** Without it the whole picture goes through at once. */
  readonly tiling?: TilingOptions | undefined;
  /** Called before every run of a graph; it may throw to stop the work. */
  readonly beforeRun?: (() => Promise<void> | void) | undefined;
}

/** Turns latents into pictures and back. */
export class Autoencoder {
  readonly decoder: Graph;
  /** Absent in folders that can only make pictures from nothing. */
  readonly encoder: Graph | undefined;
  readonly channels: number;
  /** Pixels of one latent's side. */
  readonly factor: number;
  readonly scale: number;
  readonly config: AutoencoderConfig;
  readonly #shift: number;
  #hasDrawnNoise = false;

  private constructor(decoder: Graph, encoder: Graph | undefined, config: AutoencoderConfig) {
    this.decoder = decoder;
    this.encoder = encoder;
    this.config = config;
    const declared = decoder.inputs.get(onlyName(decoder.inputs))?.shape[1];
    this.channels = config.latent_channels ?? (typeof declared === "number" ? declared : 4);
    this.factor = pixelsOfLatent(config);
    this.scale = config.scaling_factor ?? 0.18215;
    this.#shift = config.shift_factor ?? 0;
  }

  /** @throws {StudioError} `MODEL_FILE`, `MODEL_CONFIG`, `MODEL_OPERATOR` or `MODEL_SHAPE`. */
  static async open(folder: string, options: GraphOptions): Promise<Autoencoder> {
    const config = await readAutoencoderConfig(folder);
    const decoder = await openOneToOne(join(folder, "vae_decoder/model.onnx"), options);
    const encoderPath = join(folder, "vae_encoder/model.onnx");
    const hasEncoder = await stat(encoderPath).then(
      () => true,
      () => false,
    );
    const encoder = hasEncoder ? await openOneToOne(encoderPath, options) : undefined;
    return new Autoencoder(decoder, encoder, config);
  }

  /** Whether a picture was encoded by a graph that draws its latents inside, so that no seed gives the same again. */
  get hasDrawnNoise(): boolean {
    return this.#hasDrawnNoise;
  }

  /** Decodes the latents of one picture to planes of red, green and blue from -1 to 1. */
  async decode(latents: Planes, { tiling, beforeRun }: AutoencoderWork = {}): Promise<Planes> {
    const unscaled = { ...latents, data: latents.data.map((value) => value / this.scale + this.#shift) };
    const decodeWhole = (part: Planes) => runOneToOne(this.decoder, part);
    const decoded =
      tiling === undefined || Math.max(latents.height, latents.width) <= tiling.tile
        ? (await beforeRun?.(), await decodeWhole(unscaled))
        : await this.#inTiles(unscaled, { run: decodeWhole, tiling, beforeRun, isDecoding: true });
    const expected = 3 * latents.height * latents.width * this.factor ** 2;
    if (decoded.data.length !== expected) {
      throw new StudioError("MODEL_SHAPE", {
        message: `${this.decoder.file}: expected ${expected} numbers of picture, ${this.factor} × ${this.factor} pixels for each latent, got ${decoded.data.length}.`,
      });
    }
    return decoded;
  }

  /**
   * Encodes planes of red, green and blue from -1 to 1. Encoders that answer with a distribution give its mean, so the
   * same picture has the same latents; older ones draw noise inside their graph, and no seed rules that.
   *
   * @throws {StudioError} `MODEL_FILE` when the folder has no encoder.
   */
  async encode(picture: Planes, { tiling, beforeRun }: AutoencoderWork = {}): Promise<Planes> {
    const { encoder } = this;
    if (encoder === undefined) {
      throw new StudioError("MODEL_FILE", {
        message: "Starting from a picture needs vae_encoder/model.onnx; this model folder has none.",
      });
    }
    const encodeWhole = async (part: Planes) => this.#meanOf(await runOneToOne(encoder, part));
    const side = Math.max(picture.height, picture.width) / this.factor;
    const encoded =
      tiling === undefined || side <= tiling.tile
        ? (await beforeRun?.(), await encodeWhole(picture))
        : await this.#inTiles(picture, { run: encodeWhole, tiling, beforeRun, isDecoding: false });
    return { ...encoded, data: encoded.data.map((value) => (value - this.#shift) * this.scale) };
  }

  #meanOf(output: Planes): Planes {
    // Mean and logarithm of the variance lie one behind the other.
    const { height, width } = output;
    // A distribution has twice the channels; what has no more was drawn from one.
    if (output.channels === this.channels) this.#hasDrawnNoise = true;
    const size = this.channels * height * width;
    return { channels: this.channels, height, width, data: output.data.subarray(0, size) };
  }

  /** Tiles are cut in latents, so that both ways see the same borders. */
  async #inTiles(source: Planes, work: TileWork): Promise<Planes> {
    const { factor } = this;
    const [sourceUnit, resultUnit] = work.isDecoding ? [1, factor] : [factor, 1];
    const latentSide = { height: source.height / sourceUnit, width: source.width / sourceUnit };
    const shape = {
      channels: work.isDecoding ? 3 : this.channels,
      height: latentSide.height * resultUnit,
      width: latentSide.width * resultUnit,
    };
    const canvas = new TileCanvas(shape, work.tiling.overlap * resultUnit);
    for (const tile of cutPlane(latentSide, work.tiling.tile, work.tiling.overlap)) {
      await work.beforeRun?.();
      const result = await work.run(takeTile(source, scaleTile(tile, sourceUnit)));
      canvas.add(result.data, scaleTile(tile, resultUnit));
    }
    return { ...shape, data: canvas.finish() };
  }
}

interface TileWork {
  readonly run: (part: Planes) => Promise<Planes>;
  readonly tiling: TilingOptions;
  readonly beforeRun: AutoencoderWork["beforeRun"];
  readonly isDecoding: boolean;
}

function scaleTile({ rows, columns }: Tile, by: number): Tile {
  return {
    rows: { from: rows.from * by, to: rows.to * by },
    columns: { from: columns.from * by, to: columns.to * by },
  };
}

async function openOneToOne(path: string, options: GraphOptions): Promise<Graph> {
  const graph = await Graph.open(path, options);
  if (graph.inputs.size === 1 && graph.outputs.size >= 1) return graph;
  throw new StudioError("MODEL_SHAPE", {
    message: `${graph.file}: expected one input and one output, got ${graph.inputs.size} and ${graph.outputs.size}.`,
  });
}

async function runOneToOne(graph: Graph, { data, channels, height, width }: Planes): Promise<Planes> {
  const [output] = await graph.run(
    { [onlyName(graph.inputs)]: { data, dims: [1, channels, height, width] } },
    [onlyName(graph.outputs)],
  );
  const [, outChannels = 0, outHeight = 0, outWidth = 0] = output!.dims;
  return { data: output!.data, channels: outChannels, height: outHeight, width: outWidth };
}

function onlyName(infos: ReadonlyMap<string, unknown>): string {
  return [...infos.keys()][0]!;
}
