import { VitrineError } from "@vitrine/core";
import { TokenBucket } from "./token-bucket.ts";

export interface AddressLimitOptions {
  /** Sockets that one address may have open. */
  readonly maxSocketsPerAddress: number;
  /** Sockets that one address may open in the long run. */
  readonly opensPerSecond: number;
  /** Sockets it may open at once. */
  readonly openBurst: number;
}

interface Visitor {
  open: number;
  lastOpenMs: number;
  readonly bucket: TokenBucket;
}

/** Counts sockets by address, so that nobody takes the room of all. */
export class AddressLimits {
  readonly #options: AddressLimitOptions;
  readonly #visitors = new Map<string, Visitor>();

  constructor(options: AddressLimitOptions) {
    this.#options = options;
  }

  /** Addresses that are remembered. */
  get size(): number {
    return this.#visitors.size;
  }

  /**
   * Counts one more socket of an address; the result takes it back.
   *
   * @throws ADDRESS_LIMIT
   */
  open(address: string, nowMs: number): () => void {
    const { maxSocketsPerAddress, opensPerSecond } = this.#options;
    const visitor = this.#visitor(address, nowMs);
    if (visitor.open >= maxSocketsPerAddress) {
      throw new VitrineError("ADDRESS_LIMIT", {
        message: `One address may have ${maxSocketsPerAddress} pages open, and this one has them.`,
      });
    }
    if (!visitor.bucket.take(nowMs)) {
      throw new VitrineError("ADDRESS_LIMIT", {
        message: `One address may open ${opensPerSecond} pages a second, and this one opened more.`,
      });
    }
    visitor.open++;
    visitor.lastOpenMs = nowMs;
    let isOpen = true;
    return () => {
      if (isOpen) visitor.open--;
      isOpen = false;
    };
  }

  /** Forgets addresses that have nothing open and may open as much at once as a new one. */
  sweep(nowMs: number): void {
    const { openBurst, opensPerSecond } = this.#options;
    const refilledAfterMs = (openBurst / opensPerSecond) * 1000;
    for (const [address, { open, lastOpenMs }] of this.#visitors)
      if (open === 0 && nowMs - lastOpenMs > refilledAfterMs) this.#visitors.delete(address);
  }

  #visitor(address: string, nowMs: number): Visitor {
    const known = this.#visitors.get(address);
    if (known) return known;
    const { opensPerSecond, openBurst } = this.#options;
    const bucket = new TokenBucket({ perSecond: opensPerSecond, burst: openBurst, nowMs });
    const visitor = { open: 0, lastOpenMs: nowMs, bucket };
    this.#visitors.set(address, visitor);
    return visitor;
  }
}
