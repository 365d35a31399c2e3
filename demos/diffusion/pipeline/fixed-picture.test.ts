import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import * as v from "valibot";
import { EngineProcess } from "../engine/engine-process.ts";
import { decodePicture, type Picture } from "../images/picture.ts";
import {
  fixedHashesFile,
  fixedPictureFile,
  fixedRequest,
  kernelKind,
  postcardFolder,
  quarter,
} from "./fixtures/fixed-picture.ts";
import { hashOf } from "./fixtures/models.ts";
import { generate } from "./generate.ts";

let picture: Picture;
beforeAll(async () => {
  const { pictures } = await generate({ ...fixedRequest, model: postcardFolder });
  picture = pictures[0]!.picture;
});

describe("the embedded model's picture of a fixed prompt and seed", () => {
  test("is the same to the bit from run to run", async () => {
    const { pictures } = await generate({ ...fixedRequest, model: postcardFolder });
    expect(hashOf(pictures[0]!.picture)).toBe(hashOf(picture));
  });

  test("is the same to the bit in an engine's process, however many threads it has", async () => {
    for (const threads of [1, 2]) {
      const engine = new EngineProcess({ model: postcardFolder, threads });
      try {
        const { pictures } = await engine.generate(fixedRequest);
        expect(hashOf(pictures[0]!.picture)).toBe(hashOf(picture));
      } finally {
        await engine.close();
      }
    }
  });

  test("is the recorded one to the bit on a processor of the recorded kind", async ({ skip }) => {
    const hashes = v.parse(
      v.record(v.string(), v.string()),
      JSON.parse(await readFile(fixedHashesFile, "utf8")),
    );
    const recorded = hashes[kernelKind()];
    if (recorded === undefined) {
      return skip(`no hash is recorded for "${kernelKind()}"; the next test compares the colours`);
    }
    expect(hashOf(picture)).toBe(recorded);
  });

  test("is the recorded one within two steps of colour on every processor", async () => {
    const recorded = await decodePicture(await readFile(fixedPictureFile));
    const drawn = await quarter(picture);
    const differences = drawn.data.map((value, i) => Math.abs(value - recorded.data[i]!));
    expect(drawn.data.length).toBe(recorded.data.length);
    expect(Math.max(...differences)).toBeLessThanOrEqual(2);
  });
});
