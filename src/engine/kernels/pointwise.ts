// Functions of each element by itself. They work on blocks of 1024 elements, those from `first` up to `end`.
import { erf, exp, expOfNegative, tanh } from "./functions";
import { loadUpTo4, mul, multiplyAdd, storeUpTo4, variable, words } from "./simd";

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
  let i = blockStart(first);
  for (; i + 4 <= stop; i += 4) v128.store(out + words(i), exp(v128.load(x + words(i))));
  if (i < stop) storeUpTo4(out + words(i), exp(loadUpTo4(x + words(i), stop - i)), stop - i);
}

export function hyperbolicTangent(first: i32, end: i32, x: usize, count: i32, out: usize): void {
  const stop = blockEnd(end, count);
  let i = blockStart(first);
  for (; i + 4 <= stop; i += 4) v128.store(out + words(i), tanh(v128.load(x + words(i))));
  if (i < stop) storeUpTo4(out + words(i), tanh(loadUpTo4(x + words(i), stop - i)), stop - i);
}

const half: v128 = variable(0.5);
const rootOfHalf: v128 = variable(0.70710678);
/** 1 / √(2 π) */
const densityAt0: v128 = variable(0.39894228);
/** Where e^x is all but 0, and still a normal number. */
const leastPower: v128 = variable(-87);

/** The normal distribution function. */
@inline
function cumulative(x: v128): v128 {
  return multiplyAdd(half, erf(mul(x, rootOfHalf)), half);
}

@inline
function geluOf(x: v128): v128 {
  return mul(x, cumulative(x));
}

/** Φ(x) + x φ(x) */
@inline
function geluSlope(x: v128): v128 {
  const power = f32x4.pmax(f32x4.neg(mul(half, mul(x, x))), leastPower);
  return multiplyAdd(x, mul(densityAt0, expOfNegative(power)), cumulative(x));
}

export function gelu(first: i32, end: i32, x: usize, count: i32, out: usize): void {
  const stop = blockEnd(end, count);
  let i = blockStart(first);
  for (; i + 4 <= stop; i += 4) v128.store(out + words(i), geluOf(v128.load(x + words(i))));
  if (i < stop) storeUpTo4(out + words(i), geluOf(loadUpTo4(x + words(i), stop - i)), stop - i);
}

export function geluGradient(first: i32, end: i32, x: usize, dy: usize, count: i32, dx: usize): void {
  const stop = blockEnd(end, count);
  let i = blockStart(first);
  for (; i + 4 <= stop; i += 4) {
    const at = words(i);
    v128.store(dx + at, mul(v128.load(dy + at), geluSlope(v128.load(x + at))));
  }
  if (i < stop) {
    const at = words(i);
    const lanes = stop - i;
    storeUpTo4(dx + at, mul(loadUpTo4(dy + at, lanes), geluSlope(loadUpTo4(x + at, lanes))), lanes);
  }
}
