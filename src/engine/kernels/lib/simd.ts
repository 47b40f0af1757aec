// Vectors of four float32.

@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/**
 * A number four times, for a global variable. V8 loads a variable in one instruction, but builds a constant in several at each use.
 * It is a function so that the compiler does not turn the variable into a constant.
 */
export function variable(x: f32): v128 {
  return f32x4.splat(x);
}

@inline
export function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

@inline
export function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

@inline
export function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

@inline
export function div(a: v128, b: v128): v128 {
  return f32x4.div(a, b);
}

/** a · b + c. With relaxed SIMD, rounded once if the processor supports it: a fifth faster in matrix products. */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return add(mul(a, b), c);
}

@inline
export function sumOfLanes(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

/** The bytes of `count` words. */
@inline
export function words(count: i32): usize {
  return (<usize>count) << 2;
}

/** Reads the first `count` words at `address`, at most four; zeros in the other lanes. */
@inline
export function loadUpTo4(address: usize, count: i32): v128 {
  return count >= 4 ? v128.load(address) : loadFewer(address, count);
}

function loadFewer(address: usize, count: i32): v128 {
  let x = v128.load32_zero(address);
  if (count > 1) x = f32x4.replace_lane(x, 1, load<f32>(address, 4));
  if (count > 2) x = f32x4.replace_lane(x, 2, load<f32>(address, 8));
  return x;
}

/** Writes the first `count` lanes, at most four. */
@inline
export function storeUpTo4(address: usize, x: v128, count: i32): void {
  if (count >= 4) v128.store(address, x);
  else storeFewer(address, x, count);
}

function storeFewer(address: usize, x: v128, count: i32): void {
  store<f32>(address, f32x4.extract_lane(x, 0));
  if (count > 1) store<f32>(address, f32x4.extract_lane(x, 1), 4);
  if (count > 2) store<f32>(address, f32x4.extract_lane(x, 2), 8);
}

/** Writes the transpose of a 4×4 block. The strides are bytes from one row to the next. */
@inline
export function transposeBlock(from: usize, stride: usize, to: usize, outStride: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + stride);
  const c = v128.load(from + 2 * stride);
  const d = v128.load(from + 3 * stride);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to + outStride, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(to + 2 * outStride, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  v128.store(to + 3 * outStride, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}
