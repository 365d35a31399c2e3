import { StudioError } from "../../studio-error.ts";

export interface ClipSkipOptions {
  /** 1 takes the last layer, 2 the one before, … From 1 to the number of layers. @default 1 */
  readonly clipSkip?: number;
  /** Layers of the text encoder: 12 in SD 1, 23 in SD 2, 12 and 32 in SDXL. */
  readonly layers: number;
  /** SDXL takes the layer before the last of both encoders, without the final normalisation. */
  readonly family: "sd1" | "sd2" | "sdxl";
  /** Whether clip skip moves SDXL as well, counted from the layer it takes anyway. @default false */
  readonly appliesToSdxl?: boolean;
}

/** Which hidden state conditions the picture. */
export interface HiddenStateChoice {
  /** The n in the graph output `hidden_states.n`; 0 is the embedding, `layers` the last layer. */
  readonly index: number;
  /** Whether the encoder's final layer normalisation has to follow. */
  readonly needsFinalNorm: boolean;
  /** Whether the graph's `last_hidden_state` is this already, so that no hidden states need be exported. */
  readonly isLastHiddenState: boolean;
}

/**
 * Chooses the hidden state for a clip skip.
 *
 * @throws {StudioError} `PROMPT_OPTION` when the encoder has no such layer.
 */
export function chooseHiddenState(options: ClipSkipOptions): HiddenStateChoice {
  const { clipSkip = 1, layers, family, appliesToSdxl = false } = options;
  if (!Number.isInteger(clipSkip) || clipSkip < 1 || clipSkip > layers) {
    throw new StudioError("PROMPT_OPTION", {
      message: `Expected a clip skip from 1 to ${layers}, the layers of the text encoder, got ${clipSkip}.`,
    });
  }
  if (family === "sdxl") {
    const index = appliesToSdxl ? layers - clipSkip : layers - 1;
    return { index, needsFinalNorm: false, isLastHiddenState: false };
  }
  return { index: layers + 1 - clipSkip, needsFinalNorm: true, isLastHiddenState: clipSkip === 1 };
}
