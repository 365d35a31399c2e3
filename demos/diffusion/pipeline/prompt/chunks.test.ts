import { describe, expect, test } from "vitest";
import { buildChunks, countTokens, padChunks, type SpecialTokens, type TokenPiece } from "./chunks.ts";

const special: SpecialTokens = { start: 1000, end: 1001, pad: 1001, comma: 7 };
const comma = 7;

function piece(ids: readonly number[], weight = 1): TokenPiece {
  return { kind: "tokens", ids, weight };
}

/** `count` tokens, each of its own number from `from` on. */
function run(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

/** The prompt's tokens of each chunk. */
function contents(pieces: readonly TokenPiece[], commaBacktrack?: number): number[][] {
  const options = commaBacktrack === undefined ? { special } : { special, commaBacktrack };
  return buildChunks(pieces, options).map(({ ids, length }) => ids.slice(1, 1 + length));
}

test("an empty prompt is one chunk of start, end and padding", () => {
  const [chunk, ...more] = buildChunks([piece([])], { special });
  expect(more).toEqual([]);
  expect(chunk).toEqual({ ids: [1000, ...Array(76).fill(1001)], weights: Array(77).fill(1), length: 0 });
});

test("weights stand beside their tokens, and 1 beside start, end and padding", () => {
  const [chunk] = buildChunks([piece([20], 1.5), piece([21, 22], 0.5)], { special });
  expect(chunk?.ids.slice(0, 5)).toEqual([1000, 20, 21, 22, 1001]);
  expect(chunk?.weights.slice(0, 5)).toEqual([1, 1.5, 0.5, 0.5, 1]);
  expect(chunk?.weights).toHaveLength(77);
});

test("where padding differs from the end token, it fills everything behind the first end token", () => {
  const [chunk] = buildChunks([piece([20])], { special: { ...special, pad: 0 } });
  expect(chunk?.ids).toEqual([1000, 20, 1001, ...Array(74).fill(0)]);
  const [full] = buildChunks([piece(run(20, 75))], { special: { ...special, pad: 0 } });
  expect(full?.ids.at(-1)).toBe(1001);
});

describe("long prompts", () => {
  test("75 tokens are one chunk, 76 are two", () => {
    expect(contents([piece(run(20, 75))]).map((chunk) => chunk.length)).toEqual([75]);
    expect(contents([piece(run(20, 76))])).toEqual([run(20, 75), [95]]);
  });

  test("ten thousand tokens are 134 chunks that hold them all in order", () => {
    const ids = run(2000, 10_000);
    const chunks = contents([piece(ids)]);
    expect(chunks).toHaveLength(134);
    expect(chunks.flat()).toEqual(ids);
  });

  test("text behind a near comma moves to the next chunk", () => {
    const ids = [...run(20, 60), comma, ...run(200, 20)];
    expect(contents([piece(ids)])).toEqual([[...run(20, 60), comma], run(200, 20)]);
  });

  test("a comma exactly as far back as allowed still counts, one further does not", () => {
    expect(contents([piece([...run(20, 55), comma, ...run(200, 20)])])[0]).toHaveLength(56);
    expect(contents([piece([...run(20, 54), comma, ...run(200, 21)])])[0]).toHaveLength(75);
  });

  test("a comma as the 76th token moves nothing", () => {
    const ids = [...run(20, 70), comma, ...run(200, 4), comma, 300];
    expect(contents([piece(ids)])).toEqual([
      [...run(20, 70), comma, ...run(200, 4)],
      [comma, 300],
    ]);
  });

  test("a comma that was moved along with text is not a place to break again", () => {
    const ids = [...run(20, 60), comma, ...run(200, 90)];
    expect(contents([piece(ids)]).map((chunk) => chunk.length)).toEqual([61, 75, 15]);
  });

  test("weights move with their tokens", () => {
    const chunks = buildChunks([piece([...run(20, 60), comma]), piece(run(200, 20), 1.3)], { special });
    expect(chunks[1]?.weights.slice(0, 22)).toEqual([1, ...Array(20).fill(1.3), 1]);
  });

  test("a backtrack of 0 fills every chunk", () => {
    expect(contents([piece([...run(20, 60), comma, ...run(200, 20)])], 0)[0]).toHaveLength(75);
  });

  test("a backtrack that is no whole number of 0 or more is refused", () => {
    expect(() => contents([], -1)).toThrow(
      "Expected commaBacktrack to be a whole number of 0 or more, got -1.",
    );
  });
});

describe("BREAK", () => {
  test("pads the chunk and begins the next", () => {
    expect(contents([piece([20]), { kind: "break" }, piece([21])])).toEqual([[20], [21]]);
  });

  test("at the end adds no empty chunk, twice in a row adds one", () => {
    expect(contents([piece([20]), { kind: "break" }])).toEqual([[20]]);
    expect(contents([piece([20]), { kind: "break" }, { kind: "break" }, piece([21])])).toEqual([
      [20],
      [],
      [21],
    ]);
  });
});

test("shorter conditionings are filled up with empty chunks, longer ones stay", () => {
  const chunks = buildChunks([piece([20])], { special });
  expect(padChunks(chunks, 3, special).map(({ length }) => length)).toEqual([1, 0, 0]);
  expect(padChunks(chunks, 0, special)).toEqual(chunks);
});

test("the token counter counts a chunk that another follows as full", () => {
  expect(countTokens(buildChunks([piece([])], { special }))).toEqual({ used: 0, limit: 75 });
  expect(countTokens(buildChunks([piece(run(20, 75))], { special }))).toEqual({ used: 75, limit: 75 });
  const broken = buildChunks([piece([20]), { kind: "break" }, piece([21, 22])], { special });
  expect(countTokens(broken)).toEqual({ used: 77, limit: 150 });
});
