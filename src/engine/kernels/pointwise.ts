// Elementwise functions on blocks `first` … `end` - 1 of 1024 elements.
import { exp, tanh } from "./lib/functions";
import { geluOf, geluSlope } from "./lib/gelu";
import { loadUpTo4, mul, storeUpTo4, words } from "./lib/simd";

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
    const offset = words(i);
    v128.store(dx + offset, mul(v128.load(dy + offset), geluSlope(v128.load(x + offset))));
  }
  if (i < stop) {
    const offset = words(i);
    const lanes = stop - i;
    storeUpTo4(dx + offset, mul(loadUpTo4(dy + offset, lanes), geluSlope(loadUpTo4(x + offset, lanes))), lanes);
  }
}
