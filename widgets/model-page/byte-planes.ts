// 16-bit numbers compress better if their first bytes, which vary much, are stored separately from their second bytes.

/** The bytes at even positions, then those at odd ones. */
export function toPlanes(bytes: Uint8Array): Uint8Array {
  const half = Math.ceil(bytes.length / 2);
  const planes = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) planes[i % 2 === 0 ? i / 2 : half + (i - 1) / 2] = bytes[i];
  return planes;
}

/** The inverse of {@link toPlanes}. */
export function fromPlanes(planes: Uint8Array): Uint8Array {
  const half = Math.ceil(planes.length / 2);
  const bytes = new Uint8Array(planes.length);
  for (let i = 0; i < half; i++) bytes[2 * i] = planes[i];
  for (let i = half; i < planes.length; i++) bytes[2 * (i - half) + 1] = planes[i];
  return bytes;
}
