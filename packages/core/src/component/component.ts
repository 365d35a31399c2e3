import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { VitrineError, type ErrorCode } from "../errors.ts";
import { describeIssue } from "../describe-issue.ts";
import type { Json, JsonObject } from "../json.ts";
import { Block, type IdOf } from "./block.ts";
import type { FileRef, Files } from "./file-ref.ts";
import type { ComponentOptions } from "./options.ts";
import type { Props } from "./update.ts";

/** What a component is given while it converts. */
export interface ComponentContext {
  readonly files: Files;
}

/** A payload in little: text, or the url of a picture. */
export type Preview = { readonly text: string } | { readonly imageUrl: string };

/** Any component, whatever its values. */
export type AnyComponent = Component;

/**
 * A block with a value. It says how a payload from the page becomes the value a function receives, and how a value
 * a function returns becomes the payload the page shows.
 *
 * `TIn` is what functions receive, `TOut` what they may return, `TPayload` the JSON on the wire.
 * The options are one plain object: `new Slider({ minimum: 0 })`.
 */
export abstract class Component<TIn = unknown, TOut = unknown, TPayload extends Json = Json> extends Block<
  TIn,
  TOut
> {
  /** What the page may send and is sent. Parsed at the server's edge before `preprocess`. */
  abstract readonly payloadSchema: v.GenericSchema<unknown, TPayload>;
  /** The payload of the component with nothing in it; what Clear sets. */
  abstract readonly emptyPayload: TPayload;
  /** Where the value lives: in the page, or in the server's session store and never in a browser (State). */
  readonly storage: "page" | "session" = "page";
  /** Whether API clients send and get its payload; buttons and State they do not know. */
  readonly isInApi: boolean = true;
  declare readonly options: ComponentOptions<TOut>;
  /** Label when the options name none; an Interface sets it to the parameter's name. */
  defaultLabel: string | undefined;

  constructor(options: ComponentOptions<TOut> = {}) {
    super(options);
  }

  /** Payload → value. @throws a VitrineError that says what is wrong with the payload */
  abstract preprocess(payload: TPayload, context: ComponentContext): TIn | Promise<TIn>;
  /** Value → payload; `null` and `undefined` empty the component. @throws VALUE_NOT_SHOWN */
  abstract postprocess(value: TOut, context: ComponentContext): TPayload | Promise<TPayload>;
  /** An example of a payload a visitor could send, for documentation and the contract suite. */
  abstract examplePayload(): TPayload;

  /** What the page shows at first: the `value` option, or the empty payload when it is absent or a function. */
  async initialPayload(context: ComponentContext): Promise<TPayload> {
    const { value } = this.options;
    if (value === undefined || typeof value === "function") return this.emptyPayload;
    return this.postprocess(value as TOut, context);
  }

  /** The files a payload carries. */
  filesIn(_payload: TPayload): readonly FileRef[] {
    return [];
  }

  /** JSON schema of the payload, for API clients. */
  jsonSchema(): JsonObject {
    return toJsonSchema(this.payloadSchema, {
      errorMode: "ignore",
      typeMode: "output",
    }) as unknown as JsonObject;
  }

  /** What a table of examples shows for a payload: a few words, or a picture. */
  preview(payload: TPayload): Preview {
    return { text: typeof payload === "string" ? payload : JSON.stringify(payload) };
  }

  override withOptions(changes: Readonly<Record<string, unknown>>): this {
    const changed = super.withOptions(changes);
    changed.defaultLabel = this.defaultLabel;
    return changed;
  }

  override props(idOf: IdOf): Props {
    const { label = this.defaultLabel, info, showLabel, container } = this.options;
    return {
      ...(label === undefined ? {} : { label }),
      ...(info === undefined ? {} : { info }),
      ...(showLabel === undefined ? {} : { showLabel }),
      ...(container === undefined ? {} : { container }),
      ...super.props(idOf),
    };
  }

  /** How messages name it: its label, or its type. */
  get displayName(): string {
    return this.options.label ?? this.defaultLabel ?? this.type;
  }

  /** Makes the error for a payload or value this component refuses, naming the component. */
  protected refuse(code: ErrorCode, message: string, hint?: string): VitrineError {
    return new VitrineError(code, {
      message: `"${this.displayName}" ${message}`,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** Parses what the page sent for a component. @throws PAYLOAD_INVALID with the path of the bad part */
export function parsePayload<TPayload extends Json>(
  component: Component<unknown, unknown, TPayload>,
  payload: unknown,
): TPayload {
  const result = v.safeParse(component.payloadSchema, payload);
  if (result.success) return result.output;
  throw new VitrineError("PAYLOAD_INVALID", {
    message: `"${component.displayName}" ${describeIssue(result.issues[0])}.`,
  });
}
