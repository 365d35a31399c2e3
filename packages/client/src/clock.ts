import type { Clock } from "@vitrine/core";

/** The platform's time; given from outside, so that tests need no fake globals. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
