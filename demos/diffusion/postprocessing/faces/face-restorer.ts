import { setImmediate } from "node:timers/promises";
import { toPicture, type Picture } from "../../images/picture.ts";
import { Graph, type GraphOptions, type TensorInfo } from "../../pipeline/model/graph.ts";
import { StudioError } from "../../studio-error.ts";
import { alignmentOf, cutFace, faceSide } from "./align-face.ts";
import type { FaceDetector } from "./face-detector.ts";
import { pasteFace } from "./paste-face.ts";

export interface RestoreOptions {
  readonly detector: FaceDetector;
  /** For networks that have one: 0 restores most, 1 keeps most. Others pay no attention to it. */
  readonly weight: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RestoredPicture {
  /** The very picture that came where there is no face in it. */
  readonly picture: Picture;
  readonly faces: number;
}

/**
 * A network that restores an aligned face: GFPGAN and its kin with one input, CodeFormer with a weight as well. Colours
 * are planes from -1 to 1.
 */
export class FaceRestorer {
  readonly #graph: Graph;
  readonly #input: TensorInfo;
  readonly #weight: TensorInfo | undefined;

  private constructor(graph: Graph, input: TensorInfo, weight: TensorInfo | undefined) {
    this.#graph = graph;
    this.#input = input;
    this.#weight = weight;
  }

  /** @throws {StudioError} `MODEL_FILE`, `MODEL_OPERATOR`, or `MODEL_SHAPE` for a network that restores no faces. */
  static async open(path: string, options: GraphOptions = {}): Promise<FaceRestorer> {
    const graph = await Graph.open(path, options);
    const inputs = [...graph.inputs.values()];
    const input = inputs.find(({ shape }) => shape.length === 4);
    const weight = inputs.find(({ name }) => name === "weight" || name === "w");
    const known = inputs.filter((info) => info === input || info === weight);
    const isSide = (side: number | string | undefined) => typeof side !== "number" || side === faceSide;
    if (
      input?.shape[1] === 3 &&
      isSide(input.shape[2]) &&
      isSide(input.shape[3]) &&
      known.length === inputs.length
    ) {
      return new FaceRestorer(graph, input, weight);
    }
    const came = inputs.map(({ name, shape }) => `${name} of ${shape.join(" × ")}`).join(", ");
    throw new StudioError("MODEL_SHAPE", {
      message: `${graph.file} restores no faces: expected an input of 1 × 3 × ${faceSide} × ${faceSide}, and at most a weight, got ${came}.`,
      hint: "Use an ONNX export of GFPGAN or CodeFormer.",
    });
  }

  /**
   * Restores every face of a picture.
   *
   * @throws the signal's reason, between two runs of a network.
   */
  async restore(picture: Picture, { detector, weight, signal }: RestoreOptions): Promise<RestoredPicture> {
    const faces = await detector.detect(picture);
    if (faces.length === 0) return { picture, faces: 0 };
    // Not `slice`: of a Buffer that is the same memory.
    const restored = { ...picture, data: new Uint8Array(picture.data) };
    for (const { landmarks } of faces) {
      await setImmediate();
      signal?.throwIfAborted();
      const alignment = alignmentOf(landmarks);
      const face = await this.#restoreFace(cutFace(picture, alignment), weight);
      await pasteFace(restored, face, { alignment, signal });
    }
    return { picture: restored, faces: faces.length };
  }

  async #restoreFace(face: Picture, weight: number): Promise<Picture> {
    const [output] = this.#graph.outputs.keys();
    const places = faceSide * faceSide;
    const data = new Float32Array(3 * places);
    for (let at = 0; at < data.length; at++)
      data[at] = face.data[(at % places) * 3 + Math.floor(at / places)]! / 127.5 - 1;
    const feeds = {
      [this.#input.name]: { data, dims: [1, 3, faceSide, faceSide] },
      ...(this.#weight
        ? { [this.#weight.name]: { data: [weight], dims: this.#weight.shape.length === 0 ? [] : [1] } }
        : {}),
    };
    const [result] = await this.#graph.run(feeds, [output ?? ""]);
    if (result?.data.length !== 3 * places) {
      throw new StudioError("MODEL_SHAPE", {
        message: `${this.#graph.file}: expected a face of 3 × ${faceSide} × ${faceSide}, got ${result?.dims.join(" × ")}.`,
      });
    }
    const pixels = new Uint8Array(3 * places);
    for (let at = 0; at < pixels.length; at++) {
      const value = result.data[(at % 3) * places + Math.floor(at / 3)]!;
      pixels[at] = Math.round((Math.max(-1, Math.min(1, value)) + 1) * 127.5);
    }
    return toPicture(pixels, { width: faceSide, height: faceSide, channels: 3 });
  }
}
