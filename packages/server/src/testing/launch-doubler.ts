// Run as a process of its own by launch.test.ts.
import { launch } from "../launch/launch.ts";
import { doubler } from "./open-site.ts";

const { SLOW_MS, FORGET } = process.env;
if (FORGET !== undefined) {
  setTimeout(() => {
    void Promise.reject(new Error("forgotten on purpose"));
  }, 300);
}
process.once("SIGUSR2", () => {
  throw new Error("thrown outside every function");
});
await launch(doubler(SLOW_MS === undefined ? {} : { slowMs: Number(SLOW_MS) }), { port: 0 });
