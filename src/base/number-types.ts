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

const isBigEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

/** The names of all types. {@link toFloat32} reads only `floatTypes` and I8. */
export const numberTypes: readonly string[] = Object.keys(sizes);
export const floatTypes: readonly string[] = ["F32", "F16", "BF16", "F64"];

/** The types that {@link fromFloat32} writes. */
export type WrittenType = "F32" | "F16" | "I8";

/** Bytes per number; undefined for an unknown type. */
export function bytesOf(type: string): number | undefined {
  return Object.hasOwn(sizes, type) ? sizes[type] : undefined;
}

/**
 * Converts little-endian numbers of one of {@link floatTypes}, or I8, to 32-bit floats: 64-bit numbers rounded, all others exactly.
 * The result never shares memory with `bytes`.
 */
export function toFloat32(bytes: Uint8Array, type: string): Float32Array {
  const copy = Uint8Array.prototype.slice.call(bytes);
  const { buffer } = copy;
  if (isBigEndian) swapBytes(copy, sizes[type]);
  if (type === "F32") return new Float32Array(buffer);
  if (type === "I8") return Float32Array.from(new Int8Array(buffer));
  if (type === "F64") return Float32Array.from(new Float64Array(buffer));
  const halves = new Uint16Array(buffer);
  const words = new Uint32Array(halves.length);
  if (type === "BF16") {
    for (let index = 0; index < halves.length; index++) words[index] = halves[index] << 16;
  } else {
    wordsOfHalves ??= Uint32Array.from({ length: 2 ** 16 }, (_, half) => wordOfHalf(half));
    const table = wordsOfHalves;
    for (let index = 0; index < halves.length; index++) words[index] = table[halves[index]];
  }
  return new Float32Array(words.buffer);
}

/**
 * Converts 32-bit floats to little-endian numbers of a type, rounded to the nearest one, and to the even one in a tie. A number
 * beyond the range becomes infinite as F16, and the nearest end of the range as I8. The result may share memory with `values`.
 */
export function fromFloat32(values: Float32Array, type: WrittenType): Uint8Array {
  if (type === "I8") {
    const bytes = new Int8Array(values.length);
    for (let index = 0; index < values.length; index++)
      bytes[index] = Math.min(127, Math.max(-127, roundHalfToEven(values[index])));
    return new Uint8Array(bytes.buffer);
  }
  const numbers = type === "F32" ? values : Uint16Array.from(values, halfOfFloat);
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  if (!isBigEndian) return bytes;
  const swapped = bytes.slice();
  swapBytes(swapped, sizes[type]);
  return swapped;
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** The bits of the 16-bit float nearest to a number. */
function halfOfFloat(value: number): number {
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Number.isNaN(value)) return 0x7e00;
  // Half-way between the largest half and the next power of two.
  if (size >= 65520) return sign | 0x7c00;
  // A subnormal half is a multiple of 2^-24. The multiple 1024 has the bits of the smallest normal half.
  if (size < 2 ** -14) return sign | roundHalfToEven(size * 2 ** 24);
  float[0] = size;
  const discarded = word[0] & 0x1fff;
  const half = (word[0] >>> 13) - (112 << 10);
  const roundsUp = discarded > 0x1000 || (discarded === 0x1000 && (half & 1) === 1);
  // A carry out of the fraction goes into the exponent, which is the next half.
  return sign | (half + (roundsUp ? 1 : 0));
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) bytes.subarray(start, start + size).reverse();
}

/** {@link wordOfHalf} of every half: a lookup is several times faster than computing it. */
let wordsOfHalves: Uint32Array | undefined;

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
