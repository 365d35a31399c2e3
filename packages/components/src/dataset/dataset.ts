import {
  Component,
  eventMethod,
  type ComponentContext,
  type ComponentOptions,
  type Props,
  type TriggerMethod,
} from "@vitrine/core";
import { datasetPayloadSchema, type DatasetCell, type DatasetPayload } from "./dataset-payload.ts";

export interface DatasetOptions extends Omit<ComponentOptions<null>, "value"> {
  /** The components the samples are values of, in order. */
  readonly components: readonly Component[];
  /** Rows of values, one for each component. */
  readonly samples: readonly (readonly unknown[])[];
  /** Column heads. @default the components' labels */
  readonly headers?: readonly string[];
  /** Shown in place of the values; one for each row. */
  readonly sampleLabels?: readonly string[];
  /** @default 10 */
  readonly samplesPerPage?: number;
}

/** Rows to choose from: a table for several components, cards for one. `select` carries `{ index }`. */
export class Dataset extends Component<null, null, DatasetPayload> {
  readonly type = "dataset";
  override readonly events = ["select"];
  declare readonly options: DatasetOptions;
  readonly payloadSchema = datasetPayloadSchema;
  readonly emptyPayload: DatasetPayload = { rows: [] };
  readonly select: TriggerMethod = eventMethod(this, "select");

  constructor(options: DatasetOptions) {
    super(options);
  }

  preprocess(): null {
    return null;
  }

  postprocess(): DatasetPayload {
    return this.emptyPayload;
  }

  override async initialPayload(context: ComponentContext): Promise<DatasetPayload> {
    const { components, samples } = this.options;
    const cell = async (value: unknown, index: number): Promise<DatasetCell> => {
      const component = components[index];
      if (!component || value === null || value === undefined) return { text: "" };
      return component.preview(await component.postprocess(value, context));
    };
    return { rows: await Promise.all(samples.map((row) => Promise.all(row.map(cell)))) };
  }

  examplePayload(): DatasetPayload {
    return { rows: [[{ text: "hello" }]] };
  }

  protected override ownProps(): Props {
    const { components, headers, sampleLabels, samplesPerPage = 10 } = this.options;
    return {
      headers: headers ? [...headers] : components.map((component) => component.displayName),
      samplesPerPage,
      ...(sampleLabels ? { sampleLabels: [...sampleLabels] } : {}),
    };
  }
}
