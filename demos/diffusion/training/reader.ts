import { fileURLToPath } from "node:url";
import type { Picture } from "../images/picture.ts";
import { resizePicture } from "../images/picture-edits.ts";
import { Graph } from "../pipeline/model/graph.ts";

export const kinds = ["house", "tree", "boat", "balloon", "lighthouse"] as const;
const skies = ["day", "sunset", "night", "starry", "dawn", "cloudy", "aurora"] as const;
const lands = ["mountains", "hills", "sea", "desert", "snow", "forest", "lavender", "canyon"] as const;
const lights = ["none", "sun", "moon"] as const;
const colours = ["red", "yellow", "green", "blue", "pink", "white"] as const;
const sides = ["left", "middle", "right"] as const;
const counts = [0, 1, 2, 3] as const;

export type Kind = (typeof kinds)[number];

/** What a picture shows of one kind; colour and side mean nothing where the count is 0. */
export interface ThingReading {
  readonly count: number;
  readonly colour: (typeof colours)[number];
  readonly side: (typeof sides)[number];
}

export interface Reading {
  readonly sky: (typeof skies)[number];
  readonly land: (typeof lands)[number];
  readonly light: (typeof lights)[number];
  readonly things: Readonly<Record<Kind, ThingReading>>;
}

/** Side of the pictures that the network reads. */
const side = 128;

/** The classifier that measures the embedded model (`reader.py`): tells what a postcard shows. */
export class PostcardReader {
  readonly #graph: Graph;

  private constructor(graph: Graph) {
    this.#graph = graph;
  }

  static async open(): Promise<PostcardReader> {
    return new PostcardReader(await Graph.open(fileURLToPath(new URL("reader.onnx", import.meta.url))));
  }

  async read(picture: Picture): Promise<Reading> {
    const small = await resizePicture(picture, { width: side, height: side }, "linear");
    const data = toPlanes(small);
    const [scores] = await this.#graph.run({ pixels: { data, dims: [1, 3, side, side] } }, ["scores"]);
    return toReading(scores!.data);
  }

  async close(): Promise<void> {
    await this.#graph.release();
  }
}

function toPlanes({ data, channels }: Picture): Float32Array {
  const area = side * side;
  return Float32Array.from({ length: 3 * area }, (_, i) => {
    const place = (i % area) * channels + Math.floor(i / area);
    return data[place]! / 127.5 - 1;
  });
}

/** The scores stand in the order of `PARTS` in reader.py. */
function toReading(scores: Float32Array): Reading {
  let from = 0;
  function best<const Choice>(choices: readonly Choice[]): Choice {
    const part = scores.subarray(from, from + choices.length);
    from += choices.length;
    return choices[part.indexOf(Math.max(...part))]!;
  }
  const [sky, land, light] = [best(skies), best(lands), best(lights)];
  const thing = (): ThingReading => ({ count: best(counts), colour: best(colours), side: best(sides) });
  const things = { house: thing(), tree: thing(), boat: thing(), balloon: thing(), lighthouse: thing() };
  return { sky, land, light, things };
}
