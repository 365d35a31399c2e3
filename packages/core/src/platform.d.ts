/**
 * The few globals core uses that every JavaScript platform has (Node, browsers, workers) and that
 * the ECMAScript library types leave out. Nothing else of the DOM or of Node is visible to core.
 */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare const AbortController: { new (): AbortController };
declare function queueMicrotask(callback: () => void): void;
