import { open, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fromHalf } from "./half.ts";

/**
 * Reads weights of an ONNX file by the end of their names, without loading the rest of it. An ONNX file is a protocol
 * buffer; the field numbers are those of onnx.proto.
 *
 * @returns the weights found, by the ending that was asked for; only floats and halves are read
 */
export async function readWeights(
  path: string,
  endings: readonly string[],
): Promise<ReadonlyMap<string, Float32Array>> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const found = new Map<string, Float32Array>();
    for await (const initializer of initializersOf(handle, { start: 0, end: size })) {
      const weight = await readWeight(handle, initializer);
      // Weights that an exporter stored as halves carry a mark behind their name.
      const name = weight.name.replace(/\.half$/, "");
      const ending = endings.find((wanted) => name.endsWith(wanted));
      if (ending !== undefined) found.set(ending, await readValues(handle, weight, path));
    }
    return found;
  } finally {
    await handle.close();
  }
}

const modelGraph = 7;
const graphInitializer = 5;
const tensor = { dataType: 2, floatData: 4, name: 8, rawData: 9, externalData: 13 } as const;
const halfType = 10;

async function* initializersOf(handle: FileHandle, model: Range): AsyncGenerator<Field> {
  for await (const graph of fieldsOf(handle, model)) {
    if (graph.number !== modelGraph) continue;
    for await (const field of fieldsOf(handle, graph)) if (field.number === graphInitializer) yield field;
  }
}

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Field extends Range {
  readonly number: number;
  /** The value of a number; 0 for bytes, which lie from start to end. */
  readonly value: number;
}

interface Weight {
  name: string;
  dataType: number;
  data: Range | undefined;
  external: Map<string, string>;
}

async function readWeight(handle: FileHandle, range: Range): Promise<Weight> {
  const weight: Weight = { name: "", dataType: 0, data: undefined, external: new Map() };
  for await (const field of fieldsOf(handle, range)) {
    if (field.number === tensor.name) weight.name = await readText(handle, field);
    else if (field.number === tensor.dataType) weight.dataType = field.value;
    else if (field.number === tensor.rawData || field.number === tensor.floatData) weight.data = field;
    else if (field.number === tensor.externalData) {
      const [key, value] = await readEntry(handle, field);
      weight.external.set(key, value);
    }
  }
  return weight;
}

async function readValues(handle: FileHandle, weight: Weight, path: string): Promise<Float32Array> {
  if (weight.data !== undefined) return toFloats(await readBytes(handle, weight.data), weight.dataType);
  const start = Number(weight.external.get("offset") ?? 0);
  const file = await open(join(dirname(path), weight.external.get("location") ?? ""));
  try {
    const length = Number(weight.external.get("length") ?? (await file.stat()).size - start);
    return toFloats(await readBytes(file, { start, end: start + length }), weight.dataType);
  } finally {
    await file.close();
  }
}

function toFloats(bytes: Buffer, dataType: number): Float32Array {
  const copy = new Uint8Array(bytes).buffer;
  return dataType === halfType ? fromHalf(new Uint16Array(copy)) : new Float32Array(copy);
}

async function readEntry(handle: FileHandle, range: Range): Promise<[string, string]> {
  const entry: [string, string] = ["", ""];
  for await (const field of fieldsOf(handle, range)) {
    if (field.number === 1 || field.number === 2) entry[field.number - 1] = await readText(handle, field);
  }
  return entry;
}

async function readText(handle: FileHandle, range: Range): Promise<string> {
  return (await readBytes(handle, range)).toString("utf8");
}

async function readBytes(handle: FileHandle, { start, end }: Range): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  await handle.read(bytes, 0, bytes.length, start);
  return bytes;
}

/** The fields of a message, one after the other; what is inside them is not read. */
async function* fieldsOf(handle: FileHandle, { start, end }: Range): AsyncGenerator<Field> {
  const head = Buffer.alloc(20);
  let at = start;
  while (at < end) {
    await handle.read(head, 0, head.length, at);
    const tag = readVarint(head, 0);
    const number = Math.floor(tag.value / 8);
    const wire = tag.value % 8;
    if (wire === 2) {
      const length = readVarint(head, tag.next);
      const from = at + length.next;
      yield { number, value: 0, start: from, end: from + length.value };
      at = from + length.value;
    } else {
      const value = wire === 0 ? readVarint(head, tag.next) : { value: 0, next: tag.next + fixedSize(wire) };
      yield { number, value: value.value, start: at, end: at + value.next };
      at += value.next;
    }
  }
}

function fixedSize(wire: number): number {
  if (wire === 1) return 8;
  if (wire === 5) return 4;
  throw new RangeError(`A protocol buffer has no wire type ${wire}.`);
}

function readVarint(bytes: Buffer, from: number): { value: number; next: number } {
  let value = 0;
  let factor = 1;
  for (let next = from; next < bytes.length; next++) {
    const byte = bytes[next]!;
    value += (byte & 127) * factor;
    if (byte < 128) return { value, next: next + 1 };
    factor *= 128;
  }
  throw new RangeError("A number of a protocol buffer does not end.");
}
