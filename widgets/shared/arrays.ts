/** Base64 of the array's bytes. Runs in browsers too, which have no Buffer; Node's is much quicker than btoa. */
export function toBase64({
  buffer,
  byteOffset,
  byteLength,
}: Float32Array | Int16Array | Uint16Array): string {
  if (typeof Buffer !== "undefined") return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
  let text = "";
  for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) text += String.fromCharCode(byte);
  return btoa(text);
}

/** What {@link toBase64} wrote; runs in browsers too. */
export function float32From(base64: string): Float32Array {
  return new Float32Array(bytes(base64).buffer);
}

/** What {@link toBase64} wrote; runs in browsers too. */
export function int16From(base64: string): Int16Array {
  return new Int16Array(bytes(base64).buffer);
}

/** Numbers at half precision: 11 significant bits, and nothing beyond ±65504, which is where larger ones end up. */
export function toHalf(values: ArrayLike<number>): Uint16Array {
  return Uint16Array.from({ length: values.length }, (_, i) => half(values[i]));
}

/** What {@link toHalf} and {@link toBase64} wrote; runs in browsers too. */
export function halfFrom(base64: string): Float32Array {
  const values = halves();
  const bits = new Uint16Array(bytes(base64).buffer);
  const result = new Float32Array(bits.length);
  for (let place = 0; place < bits.length; place++) result[place] = values[bits[place]];
  return result;
}

let everyHalf: Float32Array | undefined;

/** The value of each pattern of bits, because a table is read faster than bits are taken apart. */
function halves(): Float32Array {
  everyHalf ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
  });
  return everyHalf;
}

function bytes(base64: string): Uint8Array {
  const text = atob(base64);
  const result = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place++) result[place] = text.charCodeAt(place);
  return result;
}

function half(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.min(Math.abs(value), 65504);
  if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  const fraction = Math.round((size / 2 ** exponent - 1) * 1024);
  return sign | (((exponent + 15) << 10) + fraction); // a fraction rounded up to 1024 carries into the exponent
}
