import { describe, expect, test } from "vitest";
import { toPicture, type Picture } from "../images/picture.ts";
import { drawGrid, GridCells, gridRows } from "./picture-grid.ts";

function plain(value: number, width = 8, height = 8): Picture {
  return toPicture(new Uint8Array(width * height * 3).fill(value), { width, height, channels: 3 });
}

/** What is in the middle of each cell. */
function middles(grid: Picture, columns: number, rows: number): readonly number[] {
  const [width, height] = [grid.width / columns, grid.height / rows];
  return Array.from({ length: columns * rows }, (_, at) => {
    const x = (at % columns) * width + width / 2;
    const y = Math.floor(at / columns) * height + height / 2;
    return grid.data[(Math.floor(y) * grid.width + Math.floor(x)) * grid.channels] ?? -1;
  });
}

describe("rows", () => {
  test.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 2],
    [5, 2],
    [7, 3],
    [9, 3],
  ])("of %i pictures are %i by themselves", (count, rows) => {
    expect(gridRows(count, { asked: -1, batchSize: 4 })).toBe(rows);
  });

  test("are as many as asked for, one for each batch, and never more than pictures", () => {
    expect(gridRows(6, { asked: 3, batchSize: 2 })).toBe(3);
    expect(gridRows(6, { asked: 0, batchSize: 2 })).toBe(2);
    expect(gridRows(6, { asked: 100, batchSize: 2 })).toBe(6);
  });
});

test("pictures stand in rows from the left, and what is left over is white", async () => {
  const grid = await drawGrid([plain(10), plain(20), plain(30)], 2);
  expect([grid.width, grid.height]).toEqual([16, 16]);
  expect(middles(grid, 2, 2)).toEqual([10, 20, 30, 255]);
});

test("a smaller picture stands in the middle of its cell", async () => {
  const grid = await drawGrid([plain(10, 16, 16), plain(20, 4, 4)], 1);
  expect([grid.width, grid.height]).toEqual([32, 16]);
  expect(middles(grid, 2, 1)).toEqual([10, 20]);
  expect(grid.data[17 * 3]).toBe(255);
});

test("cells come in the order of the job, and together are never larger than a grid may be", async () => {
  const cells = new GridCells(64);
  cells.add(1, plain(20, 1024, 1024));
  cells.add(0, plain(10, 1024, 1024));
  const [first, second] = await cells.all();
  expect([first?.width, first?.data[0], second?.data[0]]).toEqual([512, 10, 20]);
});
