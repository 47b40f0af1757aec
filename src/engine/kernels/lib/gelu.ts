// The Gaussian error linear unit of four float32 at once.
import { erf, expOfNegative } from "./functions";
import { mul, multiplyAdd, variable } from "./simd";

const half: v128 = variable(0.5);
const rootOfHalf: v128 = variable(0.70710678);
/** 1 / √(2 π) */
const densityAt0: v128 = variable(0.39894228);
/** The least x for which e^x is a normal number. */
const leastPower: v128 = variable(-87);

/** The normal distribution function. */
@inline
function cumulative(x: v128): v128 {
  return multiplyAdd(half, erf(mul(x, rootOfHalf)), half);
}

/** x Φ(x) */
@inline
export function geluOf(x: v128): v128 {
  return mul(x, cumulative(x));
}

/** Its derivative, Φ(x) + x φ(x). */
@inline
export function geluSlope(x: v128): v128 {
  const power = f32x4.pmax(f32x4.neg(mul(half, mul(x, x))), leastPower);
  return multiplyAdd(x, mul(densityAt0, expOfNegative(power)), cumulative(x));
}
