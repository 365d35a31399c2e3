import { createHash, timingSafeEqual } from "node:crypto";
import { StudioError } from "../studio-error.ts";

/** Fewest characters of a token that somebody chose. */
const leastLength = 16;

/** Sessions that have shown the administrator's token. */
export class Administrators {
  /** Of the token nothing is kept but this. */
  readonly #digest: Buffer | undefined;
  readonly #sessions = new Set<string>();

  /**
   * @param token without one nobody can be administrator
   * @throws {StudioError} `ADMIN_TOKEN` for one that can be guessed
   */
  constructor(token?: string) {
    if (token !== undefined && token.length < leastLength) {
      throw new StudioError("ADMIN_TOKEN", {
        message: `The administrator's token has ${token.length} characters, and needs ${leastLength}.`,
      });
    }
    this.#digest = token === undefined ? undefined : digestOf(token);
  }

  /** Whether there is anything to sign in with. */
  get isPossible(): boolean {
    return this.#digest !== undefined;
  }

  /** @returns whether the token was right; a wrong one changes nothing */
  signIn(sessionId: string, token: string): boolean {
    // Digests have one length, and take as long to compare wherever they differ.
    if (this.#digest === undefined || !timingSafeEqual(this.#digest, digestOf(token))) return false;
    this.#sessions.add(sessionId);
    return true;
  }

  has(sessionId: string): boolean {
    return this.#sessions.has(sessionId);
  }

  /** @throws {StudioError} `ADMIN_ONLY` */
  require(sessionId: string): void {
    if (this.has(sessionId)) return;
    throw new StudioError("ADMIN_ONLY", { message: "Only the administrator may do that." });
  }

  /** The session has ended, or signs out. */
  forget(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
