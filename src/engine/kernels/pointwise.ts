// Functions of each element by itself. They work on blocks of 1024 elements, those from `first` up to `end`.
import { erf, exp, tanh } from "./functions";
import { add, loadUpTo4, mul, multiplyAdd, splat, storeUpTo4, words } from "./simd";

@inline
function blockStart(block: i32): i32 {
  return block << 10;
}

@inline
function blockEnd(block: i32, count: i32): i32 {
  return min(count, block << 10);
}

export function exponential(first: i32, end: i32, x: usize, count: i32, out: usize): void {
  const stop = blockEnd(end, count);
  for (let i = blockStart(first); i < stop; i += 4) {
    const at = words(i);
    storeUpTo4(out + at, exp(loadUpTo4(x + at, stop - i)), stop - i);
  }
}

export function hyperbolicTangent(first: i32, end: i32, x: usize, count: i32, out: usize): void {
  const stop = blockEnd(end, count);
  for (let i = blockStart(first); i < stop; i += 4) {
    const at = words(i);
    storeUpTo4(out + at, tanh(loadUpTo4(x + at, stop - i)), stop - i);
  }
}

/** The normal distribution function. */
@inline
function cumulative(x: v128): v128 {
  return mul(splat(0.5), add(splat(1), erf(mul(x, splat(0.70710678)))));
}

export function gelu(first: i32, end: i32, x: usize, count: i32, out: usize): void {
  const stop = blockEnd(end, count);
  for (let i = blockStart(first); i < stop; i += 4) {
    const at = words(i);
    const v = loadUpTo4(x + at, stop - i);
    storeUpTo4(out + at, mul(v, cumulative(v)), stop - i);
  }
}

/** dx = dy · (Φ(x) + x φ(x)) */
export function geluGradient(first: i32, end: i32, x: usize, dy: usize, count: i32, dx: usize): void {
  const stop = blockEnd(end, count);
  for (let i = blockStart(first); i < stop; i += 4) {
    const at = words(i);
    const v = loadUpTo4(x + at, stop - i);
    const density = mul(splat(0.39894228), exp(mul(splat(-0.5), mul(v, v))));
    const slope = multiplyAdd(v, density, cumulative(v));
    storeUpTo4(dx + at, mul(loadUpTo4(dy + at, stop - i), slope), stop - i);
  }
}
