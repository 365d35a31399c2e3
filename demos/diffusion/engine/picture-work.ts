import type { Picture } from "../images/picture.ts";
import type { GraphOptions } from "../pipeline/model/graph.ts";
import type { Face } from "../postprocessing/faces/face.ts";
import { FaceDetector } from "../postprocessing/faces/face-detector.ts";
import { FaceRestorer, type RestoredPicture } from "../postprocessing/faces/face-restorer.ts";
import type { TagOptions } from "../postprocessing/tagging/tag-list.ts";
import { Tagger } from "../postprocessing/tagging/tagger.ts";

export interface RestoreOrder {
  readonly picture: Picture;
  /** Paths of the networks. */
  readonly restorer: string;
  readonly detector: string;
  readonly weight: number;
}

/** What an engine does with pictures that are there, by networks of files. Each is loaded when it is first used. */
export class PictureWork {
  readonly #detectors: Opened<FaceDetector>;
  readonly #restorers: Opened<FaceRestorer>;
  readonly #taggers: Opened<Tagger>;

  constructor(options: GraphOptions) {
    this.#detectors = new Opened(options);
    this.#restorers = new Opened(options);
    this.#taggers = new Opened(options);
  }

  async restoreFaces(order: RestoreOrder, signal: AbortSignal): Promise<RestoredPicture> {
    const { picture, weight } = order;
    const detector = await this.#detector(order.detector);
    const restorer = await this.#restorers.get(order.restorer, FaceRestorer.open);
    signal.throwIfAborted();
    return restorer.restore(picture, { detector, weight, signal });
  }

  async findFaces(path: string, picture: Picture): Promise<readonly Face[]> {
    return (await this.#detector(path)).detect(picture);
  }

  async describe(folder: string, picture: Picture, options: TagOptions): Promise<string> {
    const tagger = await this.#taggers.get(folder, Tagger.open);
    return tagger.describe(picture, options);
  }

  #detector(path: string): Promise<FaceDetector> {
    return this.#detectors.get(path, FaceDetector.open);
  }
}

/** Networks by path. A file that could not be opened is read anew, so that one that was copied again is found. */
class Opened<Network> {
  readonly #options: GraphOptions;
  readonly #networks = new Map<string, Promise<Network>>();

  constructor(options: GraphOptions) {
    this.#options = options;
  }

  async get(path: string, open: (path: string, options: GraphOptions) => Promise<Network>): Promise<Network> {
    const network = this.#networks.get(path) ?? open(path, this.#options);
    this.#networks.set(path, network);
    try {
      return await network;
    } catch (error) {
      this.#networks.delete(path);
      throw error;
    }
  }
}
