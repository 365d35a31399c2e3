import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { generate } from "../generate.ts";
import { hashOf, modelFolder } from "../fixtures/models.ts";

/**
 * Draws in a process of its own whose global has a Float16Array, as Node's has from version 24 on: the runtime wraps
 * halves in it, and cannot read it when it is fed. The stand-in's bits lie in an Int16Array, which the runtime refuses
 * as halves too.
 */
const drawWithFloat16Array = `
function Float16Array(...of) {
  return Object.setPrototypeOf(new Int16Array(...of), Float16Array.prototype);
}
Float16Array.from = (values) => new Float16Array(values);
Float16Array.prototype = Object.create(Object.getPrototypeOf(Int16Array.prototype), {
  constructor: { value: Float16Array },
});
globalThis.Float16Array ??= Float16Array;
const { generate } = await import(${JSON.stringify(new URL("../generate.ts", import.meta.url).href)});
const { hashOf, modelFolder } = await import(${JSON.stringify(new URL("../fixtures/models.ts", import.meta.url).href)});
const { pictures } = await generate({ model: modelFolder("half"), prompt: "a red house", seed: 7, steps: 2 });
console.log(hashOf(pictures[0].picture));
`;

test("halves are fed and read alike whether the runtime hands them out as Uint16Array or Float16Array", async () => {
  const said = execFileSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "-e", drawWithFloat16Array],
    { cwd: import.meta.dirname, encoding: "utf8" },
  );
  const { pictures } = await generate({
    model: modelFolder("half"),
    prompt: "a red house",
    seed: 7,
    steps: 2,
  });
  expect(said.trim()).toBe(hashOf(pictures[0]!.picture));
});
