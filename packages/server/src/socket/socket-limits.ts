import type { AddressLimitOptions } from "./address-limits.ts";

/** An address of this machine, as that of a proxy on it, has no limits of its own. */
export interface SocketLimits extends AddressLimitOptions {
  /** Largest frame a page may send, in bytes. */
  readonly maxFrameBytes: number;
  /** Frames a page may send in the long run. */
  readonly framesPerSecond: number;
  /** Frames it may send at once. */
  readonly frameBurst: number;
  /** How many times as much a program may send that calls endpoints by name. */
  readonly programFactor: number;
  /** Frames dropped for being too many before the socket is closed. */
  readonly maxDroppedFrames: number;
  readonly pingEveryMs: number;
  /** A socket silent for this long is taken for dead: pages answer pings. */
  readonly deadAfterMs: number;
  /** How long a socket may take until it has a session. */
  readonly helloWithinMs: number;
  /** Below this much unsent the session's log flows again. */
  readonly drainedBelowBytes: number;
  /** More than this unsent, for `stuckAfterMs` for each time as much, and the page is asked to come back later. */
  readonly stuckAboveBytes: number;
  readonly stuckAfterMs: number;
}

export const defaultSocketLimits: SocketLimits = {
  maxFrameBytes: 1 << 20,
  framesPerSecond: 100,
  frameBurst: 200,
  programFactor: 20,
  maxDroppedFrames: 1000,
  pingEveryMs: 20_000,
  deadAfterMs: 45_000,
  helloWithinMs: 10_000,
  drainedBelowBytes: 64 << 10,
  stuckAboveBytes: 1 << 20,
  stuckAfterMs: 10_000,
  // A school or a company is one address.
  maxSocketsPerAddress: 1000,
  opensPerSecond: 20,
  openBurst: 1000,
};
