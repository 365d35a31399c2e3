import * as v from "valibot";

/** The side of a channel between processes that a courier needs. */
export interface Channel {
  send(message: unknown, done: (error: Error | null) => void): void;
}

/** Bytes that travel in one message. More at once would keep the receiving process busy for too long. */
const partBytes = 1024 * 1024;

/** What stands in a message for bytes that were sent before it. */
const attachmentSchema = v.object({ attachment: v.number() });

/** A piece of an attachment. */
const partSchema = v.object({ part: v.number(), length: v.number(), bytes: v.instance(Uint8Array) });

/**
 * Carries messages between two processes. Long byte arrays in them travel in parts, one event each, so that neither
 * side's event loop waits for a whole picture. Messages arrive in the order they were posted.
 */
export class Courier {
  readonly #channel: Channel;
  readonly #onMessage: (message: unknown) => void;
  #sent = Promise.resolve();
  #attachments = 0;
  readonly #arriving = new Map<number, { bytes: Uint8Array; filled: number }>();

  constructor(channel: Channel, onMessage: (message: unknown) => void) {
    this.#channel = channel;
    this.#onMessage = onMessage;
  }

  /** Settles when the message has left. Rejects when the channel is closed. */
  post(message: object): Promise<void> {
    const posted = this.#sent.then(() => this.#post(message));
    this.#sent = posted.catch(() => undefined);
    return posted;
  }

  /** Takes what came through the channel. */
  receive(message: unknown): void {
    // Most messages, all reports of steps among them, are small: nothing arrives in parts for them.
    if (!isPart(message)) {
      return this.#onMessage(this.#arriving.size === 0 ? message : this.#reassemble(message));
    }
    const { part, length, bytes } = message;
    const arriving = this.#arriving.get(part) ?? { bytes: new Uint8Array(length), filled: 0 };
    this.#arriving.set(part, arriving);
    arriving.bytes.set(bytes, arriving.filled);
    arriving.filled += bytes.length;
  }

  async #post(message: object): Promise<void> {
    if (!holdsLongBytes(message)) return this.#send(message);
    const long: Uint8Array[] = [];
    const letter = mapBytes(message, (bytes) => {
      if (bytes.length <= partBytes) return bytes;
      long.push(bytes);
      return { attachment: this.#attachments + long.length };
    });
    for (const bytes of long) {
      const part = ++this.#attachments;
      for (let from = 0; from < bytes.length; from += partBytes) {
        await this.#send({ part, length: bytes.length, bytes: bytes.slice(from, from + partBytes) });
      }
    }
    await this.#send(letter);
  }

  #send(message: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#channel.send(message, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  #reassemble(message: unknown): unknown {
    return mapObjects(message, (value) => {
      if (!v.is(attachmentSchema, value)) return undefined;
      const arrived = this.#arriving.get(value.attachment);
      this.#arriving.delete(value.attachment);
      return arrived?.bytes;
    });
  }
}

function isPart(message: unknown): message is v.InferOutput<typeof partSchema> {
  return typeof message === "object" && message !== null && "part" in message && v.is(partSchema, message);
}

function holdsLongBytes(value: unknown): boolean {
  if (value instanceof Uint8Array) return value.length > partBytes;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsLongBytes);
}

/** A copy of a message with its byte arrays replaced. */
function mapBytes(value: unknown, replace: (bytes: Uint8Array) => unknown): unknown {
  if (value instanceof Uint8Array) return replace(value);
  if (Array.isArray(value)) return value.map((item) => mapBytes(item, replace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapBytes(item, replace)]));
}

/** A copy of a message with some of its objects replaced. */
function mapObjects(value: unknown, replace: (object: object) => unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, replace));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapObjects(item, replace)]));
}
