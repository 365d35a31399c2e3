/** Time, given from outside so that nothing in the runtime depends on a platform or on real time. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Calls `callback` after `delayMs`, and returns how to prevent it. A pending timer does not keep the process alive. */
  setTimer(delayMs: number, callback: () => void): Unsubscribe;
}

/** Unguessable names, given from outside. */
export interface Ids {
  /** 128 random bits as text. */
  createId(): string;
  /** 256 random bits as text. */
  createSecret(): string;
  /** One-way digest; secrets are stored only as this. */
  hash(secret: string): string;
}

/** Where the runtime tells its operator what happened. Never values, secrets or file names of visitors. */
export interface Logger {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

export type Unsubscribe = () => void;
