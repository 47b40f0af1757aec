import { endianness } from "node:os";

/** Bytes per number of each type, by the names of the safetensors format. */
const sizes: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
};

/** The names of all types. {@link toFloat32} reads only `floatTypes`. */
export const numberTypes: readonly string[] = Object.keys(sizes);
export const floatTypes: readonly string[] = ["F32", "F16", "BF16", "F64"];

/** Bytes per number; undefined for an unknown type. */
export function bytesOf(type: string): number | undefined {
  return Object.hasOwn(sizes, type) ? sizes[type] : undefined;
}

/**
 * Converts little-endian numbers of one of {@link floatTypes} to 32-bit floats: 16-bit numbers exactly, 64-bit numbers rounded.
 * The result never shares memory with `bytes`.
 */
export function toFloat32(bytes: Uint8Array, type: string): Float32Array {
  const copy = Uint8Array.prototype.slice.call(bytes);
  const { buffer } = copy;
  if (endianness() === "BE") swapBytes(copy, sizes[type]);
  if (type === "F32") return new Float32Array(buffer);
  if (type === "F64") return Float32Array.from(new Float64Array(buffer));
  const halves = new Uint16Array(buffer);
  const words = new Uint32Array(halves.length);
  const widen = type === "BF16" ? (half: number) => half << 16 : wordOfHalf;
  for (let index = 0; index < halves.length; index++) words[index] = widen(halves[index]);
  return new Float32Array(words.buffer);
}

function swapBytes(bytes: Uint8Array, size: number): void {
  const view = Buffer.from(bytes.buffer);
  if (size === 2) view.swap16();
  else if (size === 4) view.swap32();
  else view.swap64();
}

/** The bits of a 32-bit float equal to a 16-bit float (IEEE 754 binary16: 1 sign bit, 5 exponent bits, 10 fraction bits). */
function wordOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // A subnormal half, fraction · 2^-24, is a normal 32-bit float.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}
