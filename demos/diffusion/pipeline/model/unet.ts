import { join } from "node:path";
import { StudioError } from "../../studio-error.ts";
import { Graph, type Feed, type GraphOptions } from "./graph.ts";
import { readConfig, unetSchema, type UnetConfig } from "./model-configs.ts";

/** One batch for the network. */
export interface UnetInput {
  /** batch × channels × height × width, with mask and masked latents behind the latents where it takes nine. */
  readonly sample: Feed;
  readonly timestep: number;
  /** batch × tokens × width. */
  readonly text: Feed;
  /** batch × width; SDXL only. */
  readonly pooled?: Feed | undefined;
  /** batch × 6 numbers of sizes and crop, or 5 in the refiner; SDXL only. */
  readonly timeIds?: Feed | undefined;
  /** batch × width; only models that were distilled with guidance. */
  readonly guidance?: Feed | undefined;
}

const known = ["sample", "timestep", "encoder_hidden_states", "text_embeds", "time_ids", "timestep_cond"];

/** The network that tells noise from picture. */
export class Unet {
  readonly graph: Graph;
  readonly config: UnetConfig;
  /** Channels of its sample input: 4, or 9 in inpainting models. */
  readonly inputChannels: number;
  readonly #output: string;

  private constructor(graph: Graph, config: UnetConfig, output: string) {
    this.graph = graph;
    this.config = config;
    this.#output = output;
    const declared = graph.inputs.get("sample")!.shape[1];
    this.inputChannels = typeof declared === "number" ? declared : (config.in_channels ?? 4);
  }

  /** @throws {StudioError} `MODEL_FILE`, `MODEL_CONFIG`, `MODEL_OPERATOR`, or `MODEL_SHAPE` when it is another kind of graph. */
  static async open(folder: string, options: GraphOptions): Promise<Unet> {
    const config = (await readConfig(join(folder, "unet/config.json"), unetSchema)) ?? {};
    const graph = await Graph.open(join(folder, "unet/model.onnx"), options);
    const foreign = [...graph.inputs.keys()].filter((name) => !known.includes(name));
    const missing = known.slice(0, 3).filter((name) => !graph.inputs.has(name));
    if (foreign.length > 0 || missing.length > 0) {
      throw new StudioError("MODEL_SHAPE", {
        message: `${graph.file}: expected the inputs sample, timestep and encoder_hidden_states, and no others than ${known.slice(3).join(", ")}; got ${[...graph.inputs.keys()].join(", ")}.`,
      });
    }
    const output = graph.outputs.has("out_sample") ? "out_sample" : [...graph.outputs.keys()][0]!;
    const rank = graph.inputs.get("sample")!.shape.length;
    if (rank !== 4) {
      throw new StudioError("MODEL_SHAPE", {
        message: `${graph.file}: expected a sample of batch × channels × height × width, got ${rank} sides.`,
      });
    }
    return new Unet(graph, config, output);
  }

  /** The length of text vectors it expects, where the graph tells. */
  get textWidth(): number | undefined {
    const declared = this.graph.inputs.get("encoder_hidden_states")?.shape.at(-1);
    return typeof declared === "number" ? declared : undefined;
  }

  get takesPooledText(): boolean {
    return this.graph.inputs.has("text_embeds");
  }

  /** How many numbers of sizes it takes: 6 in SDXL, 5 in its refiner. */
  get timeIdCount(): number {
    const declared = this.graph.inputs.get("time_ids")?.shape.at(-1);
    return typeof declared === "number" ? declared : 6;
  }

  /** The length of the guidance vector of models distilled with guidance; undefined for all others. */
  get guidanceWidth(): number | undefined {
    const declared = this.graph.inputs.get("timestep_cond")?.shape.at(-1);
    if (declared === undefined) return undefined;
    return typeof declared === "number" ? declared : (this.config.time_cond_proj_dim ?? 256);
  }

  /** Latent sides have to be multiples of this; between its levels the network halves them. */
  get sideMultiple(): number {
    return 2 ** ((this.config.block_out_channels?.length ?? 4) - 1);
  }

  async run(input: UnetInput): Promise<Float32Array> {
    const feeds: Record<string, Feed> = {
      sample: input.sample,
      timestep: this.#timestep(input.timestep),
      encoder_hidden_states: input.text,
    };
    if (input.pooled !== undefined) feeds["text_embeds"] = input.pooled;
    if (input.timeIds !== undefined) feeds["time_ids"] = input.timeIds;
    if (input.guidance !== undefined) feeds["timestep_cond"] = input.guidance;
    const [output] = await this.graph.run(feeds, [this.#output]);
    return output!.data;
  }

  #timestep(timestep: number): Feed {
    // A graph that declares a single number fails on a list of one, and the other way round.
    const isScalar = this.graph.inputs.get("timestep")!.shape.length === 0;
    return { data: [timestep], dims: isScalar ? [] : [1] };
  }
}
