import { Graph, type GraphOptions, type GraphOutput, type TensorInfo } from "../../pipeline/model/graph.ts";
import type { Picture } from "../../images/picture.ts";
import { dropAlpha, resizePicture } from "../../images/picture-edits.ts";
import { StudioError } from "../../studio-error.ts";
import { conventionOf, type DetectorConvention, type NetworkSize } from "./detector-conventions.ts";
import type { Face } from "./face.ts";
import { suppressDoubles } from "./suppress-doubles.ts";

/** Small pictures are enlarged until their shorter side has this many pixels, where the network lets one choose. */
const leastSide = 640;
/** Larger ones are looked at in this size. */
const mostSide = 1920;
/** Eyes nearer to each other than this are nothing that could be restored, in pixels. */
const leastEyeDistance = 5;

/**
 * A network that finds faces: RetinaFace as facexlib has it, OpenCV's YuNet, or a YOLOv8 trained on faces. Which of them
 * a file is shows in its outputs.
 */
export class FaceDetector {
  readonly #graph: Graph;
  readonly #input: TensorInfo;
  readonly #convention: DetectorConvention;

  private constructor(graph: Graph, input: TensorInfo, convention: DetectorConvention) {
    this.#graph = graph;
    this.#input = input;
    this.#convention = convention;
  }

  /** @throws {StudioError} `MODEL_FILE`, `MODEL_OPERATOR`, or `MODEL_SHAPE` for a network that is no detector. */
  static async open(path: string, options: GraphOptions = {}): Promise<FaceDetector> {
    const graph = await Graph.open(path, options);
    const [input] = graph.inputs.values();
    if (graph.inputs.size !== 1 || input?.shape.length !== 4 || input.shape[1] !== 3) {
      throw noDetector(graph, "one input of 1 × 3 × height × width");
    }
    const { width, height } = fixedSize(input) ?? { width: 64, height: 64 };
    const outputs = await runGraph(graph, input, {
      data: new Float32Array(3 * width * height),
      dims: [1, 3, height, width],
    });
    const convention = conventionOf(outputs);
    if (!convention) throw noDetector(graph, "the outputs of RetinaFace, YuNet or YOLOv8-face");
    return new FaceDetector(graph, input, convention);
  }

  /** The faces of a picture, the surest first. */
  async detect(picture: Picture): Promise<readonly Face[]> {
    const { scale, size } = this.#fit(picture);
    const target = {
      width: Math.max(1, Math.round(picture.width * scale)),
      height: Math.max(1, Math.round(picture.height * scale)),
    };
    const small = await dropAlpha(await resizePicture(picture, target, "linear"));
    const data = toPlanes(small, size, this.#convention);
    const outputs = await runGraph(this.#graph, this.#input, { data, dims: [1, 3, size.height, size.width] });
    const enlarge = { x: picture.width / target.width, y: picture.height / target.height };
    return suppressDoubles(this.#convention.read(outputs, size))
      .map((face) => enlargeFace(face, enlarge))
      .filter(
        ({ landmarks: [left, right] }) =>
          left && right && Math.hypot(left.x - right.x, left.y - right.y) >= leastEyeDistance,
      );
  }

  /** How much smaller or larger the network sees the picture, and what it sees with the filling. */
  #fit({ width, height }: Picture): { readonly scale: number; readonly size: NetworkSize } {
    const fixed = fixedSize(this.#input);
    if (fixed) return { scale: Math.min(fixed.width / width, fixed.height / height), size: fixed };
    const larger = Math.max(1, leastSide / Math.min(width, height));
    const scale = Math.min(larger, mostSide / Math.max(width, height));
    const fill = (side: number) =>
      Math.ceil(Math.max(1, Math.round(side * scale)) / this.#convention.multiple) *
      this.#convention.multiple;
    return { scale, size: { width: fill(width), height: fill(height) } };
  }
}

function fixedSize({ shape: [, , height, width] }: TensorInfo): NetworkSize | undefined {
  return typeof height === "number" && typeof width === "number" && height > 0 && width > 0
    ? { width, height }
    : undefined;
}

async function runGraph(
  graph: Graph,
  { name }: TensorInfo,
  feed: { readonly data: Float32Array; readonly dims: readonly number[] },
): Promise<ReadonlyMap<string, GraphOutput>> {
  const names = [...graph.outputs.keys()];
  const outputs = await graph.run({ [name]: feed }, names);
  return new Map(names.map((output, index) => [output, outputs[index]!]));
}

/** The picture in the upper left corner, black beside it. */
function toPlanes(
  { data, width, height }: Picture,
  size: NetworkSize,
  { order, mean, divisor }: DetectorConvention,
): Float32Array {
  const out = new Float32Array(3 * size.width * size.height);
  for (let plane = 0; plane < 3; plane++) {
    const colour = order === "RGB" ? plane : 2 - plane;
    const off = mean[plane] ?? 0;
    const start = plane * size.width * size.height;
    if (off !== 0) out.fill(-off / divisor, start, start + size.width * size.height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        out[start + y * size.width + x] = (data[(y * width + x) * 3 + colour]! - off) / divisor;
      }
    }
  }
  return out;
}

function enlargeFace({ box, score, landmarks }: Face, by: { readonly x: number; readonly y: number }): Face {
  return {
    box: { left: box.left * by.x, top: box.top * by.y, width: box.width * by.x, height: box.height * by.y },
    score,
    landmarks: landmarks.map(({ x, y }) => ({ x: x * by.x, y: y * by.y })),
  };
}

function noDetector(graph: Graph, expected: string): StudioError {
  const outputs = [...graph.outputs.keys()].slice(0, 5).join(", ");
  return new StudioError("MODEL_SHAPE", {
    message: `${graph.file} is no face detector: expected ${expected}, got outputs named ${outputs}.`,
    hint: "Use an ONNX export of RetinaFace, YuNet or YOLOv8-face.",
  });
}
