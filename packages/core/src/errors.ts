/** Who can do something about an error. */
export type Attribution = "app" | "visitor" | "network" | "framework";

interface ErrorKind {
  readonly attribution: Attribution;
  /** What to do about it; a message may bring a better one. */
  readonly hint: string;
}

/** Every code Vitrine can answer with. `docs/errors.md` explains each; a test compares the two. */
export const errorTable = {
  // Declaring an app
  BLOCK_TWICE: {
    attribution: "app",
    hint: "Construct a second block, or pass `render: false` and place it once with render().",
  },
  BUILD_NOT_SYNC: {
    attribution: "app",
    hint: "Load what you need before `new Blocks(…)`; the build callback must return nothing.",
  },
  LISTENER_OUTSIDE_APP: {
    attribution: "app",
    hint: "Call the event method inside the build callback of the app.",
  },
  LISTENER_WIRING: { attribution: "app", hint: "List only blocks that stand in the same app." },
  UNKNOWN_SHORTCUT: { attribution: "app", hint: "Use one of the listed names, or construct the component." },
  OPTION_INVALID: { attribution: "app", hint: "Correct the option where the component is constructed." },
  INTERFACE_SHAPE: { attribution: "app", hint: "Give inputs, outputs or both." },
  INTERFACE_STATE: {
    attribution: "app",
    hint: "Give exactly one State among the inputs and one among the outputs, or use Blocks.",
  },
  API_NAME_INVALID: { attribution: "app", hint: "Use letters, digits, - and _ only." },
  STATE_NOT_SERIALIZABLE: {
    attribution: "app",
    hint: "Keep plain data in State: objects, arrays, Map, Set, Date, typed arrays.",
  },
  STATE_TOO_LARGE: {
    attribution: "app",
    hint: "Keep large values in files or in a store of your own, and only their names in State; or raise `maxStateLength`.",
  },
  // Running a job
  UNKNOWN_BLOCK: { attribution: "visitor", hint: "Reload the page; the app may have changed." },
  UNKNOWN_LISTENER: { attribution: "visitor", hint: "Reload the page; the app may have changed." },
  UNKNOWN_ENDPOINT: { attribution: "visitor", hint: "Ask the app which endpoints it has: `openapi.json`." },
  PARAMETER_UNKNOWN: { attribution: "visitor", hint: "Name only parameters the endpoint has." },
  PARAMETER_MISSING: { attribution: "visitor", hint: "Give a value for every parameter without a default." },
  UNKNOWN_JOB: { attribution: "visitor", hint: "The job has ended, or belongs to another session." },
  WRONG_INPUT_COUNT: { attribution: "visitor", hint: "Send one payload for each input." },
  PAYLOAD_INVALID: { attribution: "visitor", hint: "Send what the component's schema describes." },
  PAYLOAD_TOO_LARGE: { attribution: "visitor", hint: "Send less, or upload it as a file." },
  VALUE_REQUIRED: { attribution: "visitor", hint: "Fill in the field." },
  VALUE_OUT_OF_RANGE: { attribution: "visitor", hint: "Choose a value inside the range." },
  CHOICE_UNKNOWN: { attribution: "visitor", hint: "Choose one of the offered values." },
  VALUE_NOT_SHOWN: { attribution: "app", hint: "Return a value of the type the output takes." },
  WRONG_OUTPUT_COUNT: { attribution: "app", hint: "Return one value for each output, in order." },
  FUNCTION_FAILED: { attribution: "app", hint: "The server's log holds the cause under this code and job." },
  USER_ERROR: { attribution: "app", hint: "" },
  JOB_CANCELLED: { attribution: "visitor", hint: "Run it again when you like." },
  JOB_TOO_LONG: { attribution: "app", hint: "Raise `maxSeconds`, or do less in one run." },
  QUEUE_FULL: { attribution: "app", hint: "Try again in a moment." },
  STATE_CONFLICT: {
    attribution: "app",
    hint: "Run listeners that change the same State one after another (`concurrencyLimit: 1`).",
  },
  WORKER_LOST: { attribution: "framework", hint: "Run it again." },
  // Files and pictures
  FILE_UNKNOWN: {
    attribution: "visitor",
    hint: "Upload the file again: a reference is good only for the session it was issued to.",
  },
  FILE_TOO_LARGE: { attribution: "visitor", hint: "Choose a smaller file." },
  FILE_TYPE: { attribution: "visitor", hint: "Choose a file of an accepted type." },
  FILE_QUOTA: { attribution: "visitor", hint: "Reload the page to start afresh, or use smaller files." },
  STORE_FULL: {
    attribution: "framework",
    hint: "Try again later. Whoever runs the server finds the bound as `totalQuotaBytes` of `createFileStore`.",
  },
  FILE_FETCH_REFUSED: {
    attribution: "visitor",
    hint: "Give the address of a file on the public internet, or upload it. The app may name further hosts in `allowedFetchHosts`.",
  },
  FILE_FETCH_FAILED: { attribution: "visitor", hint: "Check the address, or upload the file." },
  UPLOAD_TOO_SLOW: { attribution: "network", hint: "Send the file again over a faster connection." },
  UPLOAD_CUT: { attribution: "network", hint: "Send the file again." },
  IMAGE_INVALID: {
    attribution: "visitor",
    hint: "Choose a PNG, JPEG, WebP, GIF, AVIF, TIFF or SVG picture.",
  },
  IMAGE_TOO_LARGE: { attribution: "visitor", hint: "Choose a picture with fewer pixels." },
  // The wire
  PROTOCOL_FRAME: {
    attribution: "network",
    hint: "Send JSON text frames as docs/architecture.md describes.",
  },
  PROTOCOL_VERSION: { attribution: "network", hint: "Reload the page." },
  PROTOCOL_ORDER: { attribution: "network", hint: "Send hello as the first frame." },
  RATE_LIMITED: { attribution: "visitor", hint: "Send fewer messages a second." },
  SESSION_UNKNOWN: { attribution: "network", hint: "A new session begins; what you typed is kept." },
  ADDRESS_LIMIT: {
    attribution: "visitor",
    hint: "Close pages of this app, or try again in a moment. Behind a proxy on another machine the app needs `trustedProxies`.",
  },
  SESSION_LIMIT: { attribution: "framework", hint: "Try again in a moment." },
  ORIGIN_REFUSED: {
    attribution: "network",
    hint: "Open the page from its own address, or name the origin in `allowedOrigins`.",
  },
  APP_UNREACHABLE: {
    attribution: "network",
    hint: "Check that the app runs, and that the address is the one it prints.",
  },
  NOT_FOUND: { attribution: "visitor", hint: "Check the address." },
  ENGINE_UNAVAILABLE: { attribution: "framework", hint: "Try again in a moment." },
  SERVER_FAILED: { attribution: "framework", hint: "The server's log holds the cause." },
  // Starting
  PORT_IN_USE: { attribution: "app", hint: "Stop the other program, or choose another port." },
  RESTART_UNAVAILABLE: {
    attribution: "app",
    hint: "Await superviseProcess() at the beginning of the script, and run it with `vitrine <file>`.",
  },
  SCRIPT_FAILED: { attribution: "app", hint: "Correct the script; its error stands above." },
  NO_APP_IN_SCRIPT: { attribution: "app", hint: "Export an app as default, or call launch()." },
  BUILD_MISSING: { attribution: "framework", hint: "Run `npm run build`." },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorTable;

export interface ErrorDetails {
  /** What happened, what was expected, what came: one or two sentences a person understands. */
  readonly message: string;
  /** What to do. @default the hint of the code */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An error with a code; its message may be shown to a visitor. */
export class VitrineError extends Error {
  override readonly name: string = "VitrineError";
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(details.message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.hint = details.hint ?? errorTable[code].hint;
  }

  get attribution(): Attribution {
    return errorTable[this.code].attribution;
  }
}

export interface UserErrorOptions {
  /** Heading of the toast. @default "Error" */
  readonly title?: string;
  /** How long the toast stays, in milliseconds; 0 until it is closed. @default 0 */
  readonly durationMs?: number;
}

/**
 * Throw it in your function to tell the visitor something in your own words.
 *
 * @example
 * if (divisor === 0) throw new UserError("Cannot divide by zero.");
 */
export class UserError extends VitrineError {
  override readonly name: string = "UserError";
  readonly title: string;
  readonly durationMs: number;

  constructor(message: string, options: UserErrorOptions = {}) {
    super("USER_ERROR", { message });
    this.title = options.title ?? "Error";
    this.durationMs = options.durationMs ?? 0;
  }
}
