/** What to do about each error of the studio; a message may bring better advice. */
const hints = {
  // Prompts and tokenizers
  PROMPT_TOO_LONG: "Shorten the prompt.",
  PROMPT_OPTION: "Correct the option.",
  TOKENIZER_FILE: "Export the model again, or copy the missing file into its tokenizer folder.",
  TOKENIZER_FORMAT: "Use a CLIP tokenizer as Stable Diffusion folders hold it.",
  // Seeds, schedules and samplers
  SEED_INVALID: "Use a whole number from 0 to 4294967295, or -1 for a random one.",
  RANDOM_SOURCE_UNKNOWN: "Use one of the listed sources.",
  NOISE_OPTION: "Correct the option.",
  STEPS_INVALID: "Choose a whole number of steps from 1 to 10000.",
  SAMPLER_UNKNOWN: "Use one of the listed names.",
  SAMPLER_OPTION: "Correct the option, or leave it out for the default.",
  SCHEDULE_UNKNOWN: "Use one of the listed names.",
  SCHEDULER_CONFIG: "Correct scheduler/scheduler_config.json of the model.",
  LATENT_SHAPE: "Give one number for each element of the latent.",
  LATENT_NOT_FINITE: "Try fewer guidance or another sampler; a float16 model may need its float32 export.",
  // Model folders and graphs
  MODEL_FOLDER: "Choose a folder in the diffusers ONNX layout, with model_index.json in it.",
  MODEL_FILE: "Export the model again, or copy the file anew.",
  MODEL_CONFIG: "Correct the file, or export the model again.",
  MODEL_OPERATOR: "Bring the plain ONNX export, without optimisation for a graphics card.",
  MODEL_SHAPE: "Export all parts from the same model, with dynamic sizes.",
  MODEL_RUN: "Try a smaller picture; if it persists, export the model again.",
  // Generation
  REQUEST_INVALID: "Correct the value.",
  SIZE_INVALID: "Choose sizes that are multiples of 8.",
  MEMORY_LIMIT: "Choose a smaller picture or fewer at a time.",
  MASK_SIZE: "Draw the mask on the picture it is for.",
  CLIP_SKIP_UNAVAILABLE: "Leave clip skip at 1, or export the text encoder with its hidden states.",
  // The engine
  ENGINE_LOST: "Try again: a fresh engine starts with the next job.",
  ENGINE_START: "Check that the project is installed as a whole.",
  ENGINE_CLOSED: "Start the engine again.",
  ENGINE_FAILED: "Try again; if it persists, report it with the text of the cause.",
  QUEUE_FULL: "Wait until one is done, or take one out.",
  ARGUMENT_UNKNOWN:
    "The studio takes --model, --models, --upscalers, --scripts and --folder, each with a folder; --settings and --styles with a file; --admin-token.",
  // The server
  ADMIN_TOKEN: "Leave it out, and one is made that nobody can guess.",
  ADMIN_ONLY: "Open the page with the administrator's link, which the server prints when it starts.",
  SETTINGS_FILE: "Correct the file, or delete it for the usual settings.",
  SETTINGS_INVALID: "Correct the setting.",
  STYLES_FILE: "Save it as comma-separated text with the columns name, prompt and negative_prompt.",
  SERVER_STOPPING: "Add it again when the server is back.",
  // Postprocessing
  SCRIPT_UNKNOWN: "Use one of the listed names.",
  SCRIPT_FILE: "Correct the file in the scripts folder, or take it out.",
  SCRIPT_CONTROLS: "Return an object of named components from ui().",
  SCRIPT_DUPLICATE: "Give each script a name of its own.",
  SCRIPT_ARGUMENT: "Send a value inside the range of the control.",
  ARGUMENTS_MISSING: "Send one value for each control, in the order the runner lists them.",
  SCRIPT_TIME_LIMIT: "Raise the time limit, or give the script a smaller picture.",
  SCRIPT_LEFT_NO_IMAGE: "Leave `image` set to a picture.",
  UPSCALER_UNKNOWN: "Use one of the listed upscalers.",
  // Pictures and files
  IMAGE_MISSING: "Choose a picture first.",
  IMAGE_INVALID: "Choose a PNG, JPEG, WebP, GIF, AVIF or TIFF picture.",
  IMAGE_TOO_LARGE: "Choose fewer pixels.",
  IMAGE_SHAPE: "Give width × height × channels bytes.",
  METADATA_INVALID: "Save the picture anew to write clean metadata.",
  METADATA_TOO_LARGE: "Shorten the text, or save as PNG.",
  FOLDER_NOT_ALLOWED: "Choose a folder below one of the allowed ones.",
  FOLDER_UNREADABLE: "Check that the folder exists and may be read.",
  FOLDER_UNWRITABLE: "Check that the folder may be written and the disk has room.",
} as const;

export type StudioErrorCode = keyof typeof hints;

/** Whether a text, such as one from another process, is the code of an error of the studio. */
export function isStudioErrorCode(code: string): code is StudioErrorCode {
  return Object.hasOwn(hints, code);
}

export interface StudioErrorDetails {
  /** What happened, what was expected, what came. */
  readonly message: string;
  /** What to do. @default the hint of the code */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An error of the studio whose message may be shown to a visitor. */
export class StudioError extends Error {
  override readonly name: string = "StudioError";
  readonly code: StudioErrorCode;
  readonly hint: string;

  constructor(code: StudioErrorCode, details: StudioErrorDetails) {
    super(details.message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.hint = details.hint ?? hints[code];
  }
}
