// Functions of four float32 at once, with the polynomials of Cephes and the rational functions of Eigen. pmin and pmax set bounds:
// they are single instructions and return a NaN in their first operand.
import { add, div, mul, multiplyAdd, sub, variable } from "./simd";

const one: v128 = variable(1);

const leastExponent: v128 = variable(-104);
const mostExponent: v128 = variable(89);
const log2E: v128 = variable(1.44269504);
/** 1.5 · 2^23. Adding it to a number below 2^22 rounds the number to an integer, which is then in the last bits of the sum. */
const rounder: v128 = variable(12582912);
/** -ln 2 in two parts, for accuracy. */
const minusLn2: v128 = variable(-0.693359375);
const minusLn2Rest: v128 = variable(2.1219444e-4);
const exp7: v128 = variable(1.98756915e-4);
const exp6: v128 = variable(1.3981999507e-3);
const exp5: v128 = variable(8.3334519073e-3);
const exp4: v128 = variable(4.1665795894e-2);
const exp3: v128 = variable(1.6666665459e-1);
const exp2: v128 = variable(5.0000001201e-1);

/** e^x to float32 accuracy, from 0 to infinity. */
@inline
export function exp(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, leastExponent), mostExponent);
  const rounded = multiplyAdd(bounded, log2E, rounder);
  const whole = i32x4.sub(rounded, rounder);
  // 2^power may be out of range although the result is not.
  const half = i32x4.shr_s(whole, 1);
  const rest = exponentialOfRest(bounded, sub(rounded, rounder));
  return mul(timesPowerOf2(rest, half), timesPowerOf2(one, i32x4.sub(whole, half)));
}

/** e^x for x from -87 to 0, where the power of 2 and the result are normal numbers; NaN for NaN. */
@inline
export function expOfNegative(x: v128): v128 {
  const rounded = multiplyAdd(x, log2E, rounder);
  return timesPowerOf2(exponentialOfRest(x, sub(rounded, rounder)), rounded);
}

/** e^(x - power · ln 2), for |x - power · ln 2| ≤ ln 2 / 2 */
@inline
function exponentialOfRest(x: v128, power: v128): v128 {
  const r = multiplyAdd(power, minusLn2Rest, multiplyAdd(power, minusLn2, x));
  let p = multiplyAdd(exp7, r, exp6);
  p = multiplyAdd(p, r, exp5);
  p = multiplyAdd(p, r, exp4);
  p = multiplyAdd(p, r, exp3);
  p = multiplyAdd(p, r, exp2);
  return add(multiplyAdd(p, mul(r, r), r), one);
}

/** x · 2^power if both are normal numbers. @param power in its last nine bits */
@inline
function timesPowerOf2(x: v128, power: v128): v128 {
  return i32x4.add(x, i32x4.shl(power, 23));
}

@inline
export function sigmoid(x: v128): v128 {
  return div(one, add(one, exp(f32x4.neg(x))));
}

/** For larger numbers, the result is ±1 in float32. */
const tanhBound: v128 = variable(7.90531110763549805);
const tanhP13: v128 = variable(-2.76076847742355e-16);
const tanhP11: v128 = variable(2.00018790482477e-13);
const tanhP9: v128 = variable(-8.60467152213735e-11);
const tanhP7: v128 = variable(5.12229709037114e-8);
const tanhP5: v128 = variable(1.48572235717979e-5);
const tanhP3: v128 = variable(6.37261928875436e-4);
const tanhP1: v128 = variable(4.89352455891786e-3);
const tanhQ6: v128 = variable(1.19825839466702e-6);
const tanhQ4: v128 = variable(1.18534705686654e-4);
const tanhQ2: v128 = variable(2.268434632439e-3);
const tanhQ0: v128 = variable(4.89352518554385e-3);

@inline
export function tanh(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.neg(tanhBound)), tanhBound);
  const s = mul(bounded, bounded);
  let p = multiplyAdd(tanhP13, s, tanhP11);
  p = multiplyAdd(p, s, tanhP9);
  p = multiplyAdd(p, s, tanhP7);
  p = multiplyAdd(p, s, tanhP5);
  p = multiplyAdd(p, s, tanhP3);
  p = multiplyAdd(p, s, tanhP1);
  let q = multiplyAdd(tanhQ6, s, tanhQ4);
  q = multiplyAdd(q, s, tanhQ2);
  q = multiplyAdd(q, s, tanhQ0);
  return div(mul(p, bounded), q);
}

const erfBound: v128 = variable(4);
const erfP13: v128 = variable(-2.72614225801306e-10);
const erfP11: v128 = variable(2.77068142495902e-8);
const erfP9: v128 = variable(-2.10102402082508e-6);
const erfP7: v128 = variable(-5.69250639462346e-5);
const erfP5: v128 = variable(-7.34990630326855e-4);
const erfP3: v128 = variable(-2.95459980854025e-3);
const erfP1: v128 = variable(-1.60960333262415e-2);
const erfQ8: v128 = variable(-1.45660718464996e-5);
const erfQ6: v128 = variable(-2.13374055278905e-4);
const erfQ4: v128 = variable(-1.68282697438203e-3);
const erfQ2: v128 = variable(-7.37332916720468e-3);
const erfQ0: v128 = variable(-1.42647390514189e-2);

/** The error function, accurate to 2 · 10^-7. */
@inline
export function erf(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.neg(erfBound)), erfBound);
  const s = mul(bounded, bounded);
  let p = multiplyAdd(erfP13, s, erfP11);
  p = multiplyAdd(p, s, erfP9);
  p = multiplyAdd(p, s, erfP7);
  p = multiplyAdd(p, s, erfP5);
  p = multiplyAdd(p, s, erfP3);
  p = multiplyAdd(p, s, erfP1);
  let q = multiplyAdd(erfQ8, s, erfQ6);
  q = multiplyAdd(q, s, erfQ4);
  q = multiplyAdd(q, s, erfQ2);
  q = multiplyAdd(q, s, erfQ0);
  return div(mul(p, bounded), q);
}
