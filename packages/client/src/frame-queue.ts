interface FrameQueueOptions<T> {
  readonly handle: (item: T) => void;
  /** Calls back before the next frame is drawn. */
  readonly nextFrame: (callback: () => void) => void;
}

/** Hands items on in order: the first at once, what follows it in the same frame together with the next one. */
export class FrameQueue<T> {
  readonly #options: FrameQueueOptions<T>;
  readonly #waiting: T[] = [];
  #isFrameAsked = false;

  constructor(options: FrameQueueOptions<T>) {
    this.#options = options;
  }

  push(item: T): void {
    this.#waiting.push(item);
    if (this.#isFrameAsked) return;
    this.#isFrameAsked = true;
    this.flush();
    this.#options.nextFrame(() => {
      this.#isFrameAsked = false;
      this.flush();
    });
  }

  flush(): void {
    for (const item of this.#waiting.splice(0)) this.#options.handle(item);
  }
}
