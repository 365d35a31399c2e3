import * as v from "valibot";
import { expect, test } from "vitest";
import { readRecorded } from "../fixtures/read-recorded.ts";
import { seedWords } from "./seed-sequence.ts";

const Recorded = v.object({
  seed_sequence: v.array(
    v.object({
      entropy: v.number(),
      spawnKey: v.array(v.number()),
      poolSize: v.number(),
      words: v.array(v.number()),
    }),
  ),
});

test.each(v.parse(Recorded, readRecorded("brownian-tree")).seed_sequence)(
  "NumPy's words for seed $entropy at $spawnKey in a pool of $poolSize",
  ({ words, ...place }) => {
    expect([...seedWords(place, words.length)]).toEqual(words);
  },
);
