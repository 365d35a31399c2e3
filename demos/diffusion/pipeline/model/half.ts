/** Half-precision floats as onnxruntime-node passes them: 16 bits each, in a Uint16Array. */

let table: Float32Array | undefined;

/** Reads halves into floats. */
export function fromHalf(halves: Uint16Array, out = new Float32Array(halves.length)): Float32Array {
  table ??= Float32Array.from({ length: 65_536 }, (_, bits) => valueOf(bits));
  for (let i = 0; i < halves.length; i++) out[i] = table[halves[i]!]!;
  return out;
}

const float = new Float32Array(1);
const bitsOfFloat = new Uint32Array(float.buffer);

/** Writes floats as the nearest halves, ties to the even one. Beyond 65,504 they become infinite. */
export function toHalf(floats: Float32Array, out = new Uint16Array(floats.length)): Uint16Array<ArrayBuffer> {
  for (let i = 0; i < floats.length; i++) {
    float[0] = floats[i]!;
    out[i] = halfBits(bitsOfFloat[0]!);
  }
  return out;
}

function halfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x80_00;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7f_ffff;
  if (exponent === 0xff) return sign | 0x7c_00 | (fraction === 0 ? 0 : 0x2_00);
  const halfExponent = exponent - 112;
  if (halfExponent >= 31) return sign | 0x7c_00;
  // A carry out of the fraction rounds up into the exponent, which is what it should do.
  if (halfExponent > 0) return sign | roundShift((halfExponent << 23) | fraction, 13);
  if (halfExponent < -10) return sign;
  return sign | roundShift(fraction | 0x80_0000, 14 - halfExponent);
}

function roundShift(value: number, bits: number): number {
  const kept = value >>> bits;
  const rest = value & ((1 << bits) - 1);
  const middle = 1 << (bits - 1);
  const isUp = rest > middle || (rest === middle && (kept & 1) === 1);
  return isUp ? kept + 1 : kept;
}

function valueOf(bits: number): number {
  const sign = bits & 0x80_00 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 0x3_ff;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
