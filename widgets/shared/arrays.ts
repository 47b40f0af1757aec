// Arrays of numbers, and their base64 in JSON. Everything here also runs in browsers.

/** The array's bytes as base64. */
export function toBase64(array: Float32Array | Int16Array | Uint16Array): string {
  const { buffer, byteOffset, byteLength } = array;
  // browsers have no Buffer; in Node it is much faster than btoa
  if (typeof Buffer !== "undefined") return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
  let text = "";
  for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) text += String.fromCharCode(byte);
  return btoa(text);
}

export function float32From(base64: string): Float32Array {
  return new Float32Array(bytesFrom(base64));
}

export function int16From(base64: string): Int16Array {
  return new Int16Array(bytesFrom(base64));
}

/** Rounds to half precision: 11 significant bits, clamped to ±65504. */
export function toHalf(values: ArrayLike<number>): Uint16Array {
  return Uint16Array.from({ length: values.length }, (_, i) => halfBits(values[i]));
}

/** Reads the base64 of {@link toHalf}. */
export function halfFrom(base64: string): Float32Array {
  halfValues ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
  });
  const bits = new Uint16Array(bytesFrom(base64));
  const result = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) result[i] = halfValues[bits[i]];
  return result;
}

/** The value of every bit pattern: a table lookup is faster than decoding. */
let halfValues: Float32Array | undefined;

function halfBits(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.min(Math.abs(value), 65504);
  if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  const fraction = Math.round((size / 2 ** exponent - 1) * 1024);
  return sign | (((exponent + 15) << 10) + fraction); // a fraction rounded up to 1024 carries into the exponent
}

function bytesFrom(base64: string): ArrayBuffer {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}

/** The maximum. A long row has too many values for the arguments of Math.max. */
export function highest(values: ArrayLike<number>): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (values[i] > largest) largest = values[i];
  return largest;
}
