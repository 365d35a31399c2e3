import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parametersKey, readTexts } from "../images/metadata.ts";
import { decodePicture } from "../images/picture.ts";
import { hashOf, modelFolder } from "../pipeline/fixtures/models.ts";
import { generate } from "../pipeline/generate.ts";

const example = fileURLToPath(new URL("generate.ts", import.meta.url));

test("the example draws what it is asked for, and its file says how", async () => {
  const folder = await mkdtemp(join(tmpdir(), "generate-example-"));
  try {
    const file = join(folder, "boat.png");
    const words = [example, "a boat at night", file, modelFolder("sd1")];
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", ...words], {
      cwd: import.meta.dirname,
    });
    const { pictures } = await generate({ prompt: "a boat at night", seed: 1, model: modelFolder("sd1") });
    const { picture, parameters } = pictures[0]!;
    const bytes = await readFile(file);
    expect([...bytes.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(hashOf(await decodePicture(bytes))).toBe(hashOf(picture));
    expect((await readTexts(bytes)).get(parametersKey)).toBe(parameters);
    expect(parameters).toMatch(/^a boat at night\nSteps: 20, .*Seed: 1, Size: 64x64/);
    expect(stdout).toContain("step 20 of 20");
    expect(stdout).toContain(`${file}\n${parameters}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
