/** Holds the last command until somebody takes it. */
export class CommandSlot {
  value: string | undefined;
  /** Whether something was put in since it was last emptied; undefined can be put in as well. */
  private isSet = false;
  private readonly waiting: ((command: string | undefined) => void)[] = [];

  put(command: string | undefined): void {
    this.value = command;
    this.isSet = true;
    // Not at once: of two commands given one after the other only the last counts.
    queueMicrotask(() => {
      if (this.isSet) this.waiting.shift()?.(this.empty());
    });
  }

  take(timeoutMs = Number.POSITIVE_INFINITY): Promise<string | undefined> {
    if (this.isSet && this.waiting.length === 0) return Promise.resolve(this.empty());
    if (timeoutMs <= 0) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const waiter = (command: string | undefined) => {
        clearTimeout(timer);
        resolve(command);
      };
      const giveUp = () => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        resolve(undefined);
      };
      const timer = timeoutMs <= maxTimerMs ? setTimeout(giveUp, timeoutMs) : undefined;
      this.waiting.push(waiter);
    });
  }

  private empty(): string | undefined {
    const command = this.value;
    this.value = undefined;
    this.isSet = false;
    return command;
  }
}

/** Longest time a timer can wait; anything longer waits for ever. */
const maxTimerMs = 2 ** 31 - 1;
