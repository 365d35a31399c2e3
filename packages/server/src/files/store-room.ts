import { VitrineError } from "@vitrine/core";
import { describeBytes } from "./write-content.ts";

/** The room all owners of a store share. */
export class StoreRoom {
  readonly #limitBytes: number;
  #usedBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  has(bytes: number): boolean {
    return this.#usedBytes + bytes <= this.#limitBytes;
  }

  /** @throws STORE_FULL */
  take(bytes: number): void {
    if (!this.has(bytes)) {
      throw new VitrineError("STORE_FULL", {
        message: `The server keeps ${describeBytes(this.#limitBytes)} of files for all visitors, and this one does not fit.`,
      });
    }
    this.#usedBytes += bytes;
  }

  giveBack(bytes: number): void {
    this.#usedBytes -= bytes;
  }
}
