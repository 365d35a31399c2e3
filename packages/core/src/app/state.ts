import * as v from "valibot";
import { Component } from "../component/component.ts";
import { VitrineError } from "../errors.ts";
import { decode, encode } from "../runtime/codec.ts";
import { eventMethod, type EventMethod } from "./listener.ts";

export interface StateOptions<T> {
  /** Called with a session's value when it is dropped: 60 minutes (by default) after the session closed. */
  readonly onDelete?: (value: T) => void | Promise<void>;
  /** Identity across reloads of the script while developing. @default the State's place in the tree */
  readonly key?: string;
}

/**
 * A value of each session, kept on the server and never sent to a browser. Pass it in, return it out:
 * each session begins with a deep copy of `initial`.
 *
 * The value is plain data (objects, arrays, Map, Set, Date, BigInt, typed arrays, cycles), so that it can leave the process.
 * A function as `initial` is called once for each session.
 *
 * @throws STATE_NOT_SERIALIZABLE when `initial` holds functions or class instances
 */
export class State<T> extends Component<T, T, null> {
  readonly type = "state";
  override readonly storage = "session";
  override readonly isInApi = false;
  override readonly events: readonly string[] = ["change"];
  readonly payloadSchema: v.GenericSchema<unknown, null> = v.pipe(
    v.unknown(),
    v.transform(() => null),
  );
  readonly emptyPayload = null;
  readonly onDelete: ((value: T) => void | Promise<void>) | undefined;
  readonly change: EventMethod = eventMethod(this, "change");
  readonly #makeInitial: () => string;

  constructor(initial?: T | (() => T), options: StateOptions<T> = {}) {
    super(options.key === undefined ? {} : { key: options.key });
    this.onDelete = options.onDelete;
    if (typeof initial === "function") {
      const make = initial as () => T;
      this.#makeInitial = () => encodeState(make());
    } else {
      // Encoded here, once: a later change of the object given must not reach any session.
      const encoded = encodeState(initial);
      this.#makeInitial = () => encoded;
    }
  }

  /** A fresh copy of the initial value, encoded. */
  initialEncoded(): string {
    return this.#makeInitial();
  }

  preprocess(): T {
    throw new VitrineError("SERVER_FAILED", {
      message: "A State's value comes from the session store, not from the page.",
    });
  }

  postprocess(): null {
    return null;
  }

  examplePayload(): null {
    return null;
  }

  /** Decodes a value the session store holds. */
  decodeValue(encoded: string): T {
    return decode(encoded) as T;
  }
}

/** @throws STATE_NOT_SERIALIZABLE naming the place of what cannot be kept */
export function encodeState(value: unknown): string {
  try {
    return encode(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const path = error instanceof Error && "path" in error && error.path ? ` at ${String(error.path)}` : "";
    throw new VitrineError("STATE_NOT_SERIALIZABLE", {
      message: `State holds something that cannot be kept${path}: ${reason}.`,
      cause: error,
    });
  }
}
