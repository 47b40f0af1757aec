import { loadUpTo4, mul, splat, storeUpTo4, words } from "./lib/simd";

/**
 * out = x · mask, for blocks `first` … `end` - 1 of 1024 elements. The mask is that of ../ops/dropout.ts: 0 where the hash of an
 * element's index is less than `below`, else `kept`.
 */
export function dropout(
  first: i32,
  end: i32,
  x: usize,
  count: i32,
  firstKey: i32,
  secondKey: i32,
  below: u32,
  kept: f32,
  out: usize,
): void {
  const stop = min(count, end << 10);
  for (let i = first << 10; i < stop; i += 4) {
    const offset = words(i);
    const place = i32x4.add(i32x4.splat(i + firstKey), i32x4(0, 1, 2, 3));
    const drops = i32x4.lt_u(mixed(place, secondKey), i32x4.splat(<i32>below));
    const factors = v128.andnot(splat(kept), drops);
    storeUpTo4(out + offset, mul(loadUpTo4(x + offset, stop - i), factors), stop - i);
  }
}

@inline
function mixed(place: v128, secondKey: i32): v128 {
  let x = i32x4.mul(v128.xor(place, i32x4.shr_u(place, 17)), i32x4.splat(0xed5ad4bb));
  x = v128.xor(x, i32x4.splat(secondKey));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 11)), i32x4.splat(0xac4c1b51));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(0x31848bab));
  return v128.xor(x, i32x4.shr_u(x, 14));
}
