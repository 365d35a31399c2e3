import { setTimeout as wait } from "node:timers/promises";
import { Interface, Number, Slider } from "vitrine";

export default new Interface(
  async function* (to, seconds, { signal, progress }) {
    for (let n = 1; n <= to; n++) {
      progress.steps(n, to, { description: "Counting" });
      yield n;
      await wait(seconds * 1000, undefined, { signal });
    }
  },
  [
    new Slider({ label: "count to", minimum: 1, maximum: 100, step: 1, value: 20 }),
    new Slider({ label: "seconds between", minimum: 0.05, maximum: 2, step: 0.05, value: 0.3 }),
  ],
  new Number({ label: "count" }),
  { title: "Counting generator", description: "Each `yield` is shown as it comes; Stop ends it at once." },
);
