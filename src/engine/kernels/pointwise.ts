// Functions of each element by itself.
import { erf, exp, tanh } from "./functions";
import { add, loadUpTo4, mul, multiplyAdd, splat, storeUpTo4, words } from "./simd";

export function exponential(x: usize, count: i32, out: usize): void {
  for (let i = 0; i < count; i += 4) {
    const at = words(i);
    storeUpTo4(out + at, exp(loadUpTo4(x + at, count - i)), count - i);
  }
}

export function hyperbolicTangent(x: usize, count: i32, out: usize): void {
  for (let i = 0; i < count; i += 4) {
    const at = words(i);
    storeUpTo4(out + at, tanh(loadUpTo4(x + at, count - i)), count - i);
  }
}

/** The normal distribution function. */
@inline
function cumulative(x: v128): v128 {
  return mul(splat(0.5), add(splat(1), erf(mul(x, splat(0.70710678)))));
}

export function gelu(x: usize, count: i32, out: usize): void {
  for (let i = 0; i < count; i += 4) {
    const at = words(i);
    const v = loadUpTo4(x + at, count - i);
    storeUpTo4(out + at, mul(v, cumulative(v)), count - i);
  }
}

/** dx = dy · (Φ(x) + x φ(x)) */
export function geluGradient(x: usize, dy: usize, count: i32, dx: usize): void {
  for (let i = 0; i < count; i += 4) {
    const at = words(i);
    const v = loadUpTo4(x + at, count - i);
    const density = mul(splat(0.39894228), exp(mul(splat(-0.5), mul(v, v))));
    const slope = multiplyAdd(v, density, cumulative(v));
    storeUpTo4(dx + at, mul(loadUpTo4(dy + at, count - i), slope), count - i);
  }
}
