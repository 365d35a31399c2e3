import type { Picture } from "../../images/picture.ts";
import { parametersKey } from "../../images/metadata.ts";
import { parseInfotext } from "../../images/parse-infotext.ts";
import { parseAttention } from "../../pipeline/prompt/attention.ts";
import { planPrompt } from "../../pipeline/prompt/prompt-plan.ts";
import { checkbox, checkboxGroup, radio, slider } from "../controls.ts";
import type { PostprocessedImage } from "../postprocessed-image.ts";
import { readChoice, readChoices, readFlag, readNumber } from "../read-args.ts";
import {
  ScriptPostprocessing,
  type ScriptArgs,
  type ScriptContext,
  type ScriptControls,
} from "../script-postprocessing.ts";
import { tagSortings, type TagOptions } from "../tagging/tag-list.ts";

export interface CaptionerContext extends ScriptContext {
  /** What visitors chose for tags. */
  readonly tags: TagOptions;
}

/** Something that says in words what a picture shows. */
export interface Captioner {
  readonly name: string;
  caption(picture: Picture, context: CaptionerContext): Promise<string>;
}

export interface CaptionOptions {
  /** Captioners besides the picture's own parameters, such as a model. @default none */
  readonly captioners?: readonly Captioner[];
}

const ownParameters = "Parameters";
const likelihood = { minimum: 0, maximum: 1 };

/** Writes a caption beside the picture: from the prompt it was made with, or by a captioner. */
export class CaptionScript extends ScriptPostprocessing<Picture> {
  override readonly name = "Caption";
  override readonly order = 4040;
  private readonly captioners: readonly Captioner[];

  constructor(options: CaptionOptions = {}) {
    super();
    this.captioners = options.captioners ?? [];
  }

  override ui(): ScriptControls {
    return {
      enable: checkbox("Caption", false),
      option: checkboxGroup({ label: "From", value: [ownParameters], choices: this.sources() }),
      ...(this.captioners.length > 0 ? tagControls() : {}),
    };
  }

  override async process(
    pp: PostprocessedImage<Picture>,
    args: ScriptArgs,
    context: ScriptContext,
  ): Promise<void> {
    if (!readFlag(args, "enable")) return;
    const forCaptioner = { ...context, tags: readTagOptions(args) };
    const parts = [pp.caption ?? ""];
    for (const source of readChoices(args, "option", this.sources())) {
      const captioner = this.captioners.find(({ name }) => name === source);
      parts.push(
        captioner
          ? await captioner.caption(pp.image, forCaptioner)
          : promptInWords(pp.texts.get(parametersKey)),
      );
    }
    pp.caption =
      parts
        .map((part) => part.trim())
        .filter((part) => part !== "")
        .join(", ") || undefined;
  }

  private sources(): string[] {
    return [ownParameters, ...this.captioners.map(({ name }) => name)];
  }
}

/** Only where there is a network that they are for. */
function tagControls(): ScriptControls {
  return {
    threshold: slider({ label: "Least likelihood of a tag", value: 0.35, step: 0.01, ...likelihood }),
    characterThreshold: slider({
      label: "Least likelihood of a character",
      value: 0.85,
      step: 0.01,
      ...likelihood,
    }),
    sorting: radio({ label: "Order of tags", value: tagSortings[0], choices: tagSortings }),
    spaces: checkbox("Spaces in place of underscores", true),
    escapes: checkbox("Escape parentheses", true),
  };
}

function readTagOptions(args: ScriptArgs): TagOptions {
  return {
    threshold: readNumber(args, "threshold", { fallback: 0.35, ...likelihood }),
    characterThreshold: readNumber(args, "characterThreshold", { fallback: 0.85, ...likelihood }),
    sorting: readChoice(args, "sorting", tagSortings),
    spaces: readFlag(args, "spaces", true),
    escapes: readFlag(args, "escapes", true),
  };
}

/** The prompt of a parameters text as plain words: no weights, schedules, networks or comments. */
function promptInWords(infotext: string | undefined): string {
  if (infotext === undefined) return "";
  const { parts } = planPrompt(parseInfotext(infotext).prompt, { steps: 1 });
  const texts = parts.flatMap(({ schedule }) => schedule.slice(-1).map(({ text }) => text));
  const words = texts.map((text) =>
    parseAttention(text)
      .map((piece) => (piece.kind === "text" ? piece.text : " "))
      .join(""),
  );
  return words
    .map((text) => text.replace(/\s+/g, " ").trim())
    .filter((text) => text !== "")
    .join(", ");
}
