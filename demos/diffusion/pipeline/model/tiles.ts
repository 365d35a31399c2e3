/** One tile along one side. */
export interface TileSpan {
  readonly from: number;
  readonly to: number;
}

/** Cuts a side into tiles of one size that overlap by at least `overlap`, the last of them ending at the border. */
export function cutTiles(length: number, size: number, overlap: number): TileSpan[] {
  if (length <= size) return [{ from: 0, to: length }];
  const count = Math.ceil((length - overlap) / (size - overlap));
  return Array.from({ length: count }, (_, i) => {
    const from = Math.round((i * (length - size)) / (count - 1));
    return { from, to: from + size };
  });
}

export interface Tile {
  readonly rows: TileSpan;
  readonly columns: TileSpan;
}

/** All tiles of a plane, row by row. */
export function cutPlane(
  { height, width }: { readonly height: number; readonly width: number },
  size: number,
  overlap: number,
): Tile[] {
  return cutTiles(height, size, overlap).flatMap((rows) =>
    cutTiles(width, size, overlap).map((columns) => ({ rows, columns })),
  );
}

export interface Planes {
  readonly data: Float32Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Copies a tile out of planes. */
export function takeTile({ data, channels, height, width }: Planes, { rows, columns }: Tile): Planes {
  const tile = { channels, height: rows.to - rows.from, width: columns.to - columns.from };
  const out = new Float32Array(channels * tile.height * tile.width);
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < tile.height; row++) {
      const from = (channel * height + rows.from + row) * width + columns.from;
      out.set(data.subarray(from, from + tile.width), (channel * tile.height + row) * tile.width);
    }
  }
  return { ...tile, data: out };
}

/** Puts overlapping tiles together; where they overlap, each counts less towards its edge. */
export class TileCanvas {
  readonly #planes: Planes;
  readonly #weights: Float32Array;
  readonly #ramp: number;

  /** @param ramp over how many places a tile fades out towards an edge inside the picture */
  constructor(shape: Omit<Planes, "data">, ramp: number) {
    this.#planes = { ...shape, data: new Float32Array(shape.channels * shape.height * shape.width) };
    this.#weights = new Float32Array(shape.height * shape.width);
    this.#ramp = ramp;
  }

  add(tile: Float32Array, { rows, columns }: Tile): void {
    const { data, channels, height, width } = this.#planes;
    const down = this.#fade(rows, height);
    const across = this.#fade(columns, width);
    for (let row = 0; row < down.length; row++) {
      for (let column = 0; column < across.length; column++) {
        const weight = down[row]! * across[column]!;
        const at = (rows.from + row) * width + columns.from + column;
        this.#weights[at]! += weight;
        for (let channel = 0; channel < channels; channel++) {
          const value = tile[(channel * down.length + row) * across.length + column]!;
          data[channel * height * width + at]! += weight * value;
        }
      }
    }
  }

  /** The whole, each place the weighted mean of the tiles that cover it. */
  finish(): Float32Array {
    const { data } = this.#planes;
    const size = this.#weights.length;
    for (let i = 0; i < data.length; i++) data[i]! /= this.#weights[i % size]!;
    return data;
  }

  #fade({ from, to }: TileSpan, length: number): Float32Array {
    const ramp = this.#ramp + 1;
    return Float32Array.from({ length: to - from }, (_, i) => {
      const fromStart = from === 0 ? 1 : Math.min(1, (i + 1) / ramp);
      const fromEnd = to === length ? 1 : Math.min(1, (to - from - i) / ramp);
      return fromStart * fromEnd;
    });
  }
}
