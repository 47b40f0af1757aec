// Functions of four float32 at once, by the polynomials of Cephes and the quotients of polynomials of Eigen.
import { add, div, mul, multiplyAdd, splat, sub } from "./simd";

/** 1.5 · 2^23: added to a number below 2^22, it rounds it to a whole number, which is then in the last bits of the sum. */
const rounder: f32 = 12582912;

/** e^x to float32 accuracy, from 0 to infinity. */
@inline
export function exp(x: v128): v128 {
  // The pseudo-minimum and -maximum are one instruction each, and let NaN in their first operand pass.
  const bounded = f32x4.pmin(f32x4.pmax(x, splat(-104.0)), splat(89.0));
  const rounded = multiplyAdd(bounded, splat(1.44269504), splat(rounder));
  const whole = i32x4.sub(rounded, i32x4.splat(reinterpret<i32>(rounder)));
  // 2^power may be out of range where the result is not
  const half = i32x4.shr_s(whole, 1);
  const rest = exponentialOfRest(bounded, sub(rounded, splat(rounder)));
  return mul(mul(rest, powerOf2(half)), powerOf2(i32x4.sub(whole, half)));
}

/** e^x for x from -87 to 0, where neither its power of 2 nor the result leaves the normal numbers; NaN for NaN. */
@inline
export function expOfNegative(x: v128): v128 {
  const rounded = multiplyAdd(x, splat(1.44269504), splat(rounder));
  const whole = i32x4.sub(rounded, i32x4.splat(reinterpret<i32>(rounder)));
  return mul(exponentialOfRest(x, sub(rounded, splat(rounder))), powerOf2(whole));
}

/** e^(x - power · ln 2), for |x - power · ln 2| ≤ ln 2 / 2 */
@inline
function exponentialOfRest(x: v128, power: v128): v128 {
  // in two parts for accuracy
  let r = sub(x, mul(power, splat(0.693359375)));
  r = sub(r, mul(power, splat(-2.12194440e-4)));
  let p = splat(1.9875691500e-4);
  p = multiplyAdd(p, r, splat(1.3981999507e-3));
  p = multiplyAdd(p, r, splat(8.3334519073e-3));
  p = multiplyAdd(p, r, splat(4.1665795894e-2));
  p = multiplyAdd(p, r, splat(1.6666665459e-1));
  p = multiplyAdd(p, r, splat(5.0000001201e-1));
  return add(multiplyAdd(p, mul(r, r), r), splat(1.0));
}

/** For whole numbers from -126 to 127. */
@inline
function powerOf2(exponent: v128): v128 {
  return i32x4.shl(i32x4.add(exponent, i32x4.splat(127)), 23);
}

@inline
export function sigmoid(x: v128): v128 {
  return div(splat(1.0), add(splat(1.0), exp(f32x4.neg(x))));
}

@inline
export function tanh(x: v128): v128 {
  // beyond this the result is ±1 in float32
  const bounded = f32x4.min(f32x4.max(x, splat(-7.90531110763549805)), splat(7.90531110763549805));
  const s = mul(bounded, bounded);
  let p = splat(-2.76076847742355e-16);
  p = multiplyAdd(p, s, splat(2.00018790482477e-13));
  p = multiplyAdd(p, s, splat(-8.60467152213735e-11));
  p = multiplyAdd(p, s, splat(5.12229709037114e-8));
  p = multiplyAdd(p, s, splat(1.48572235717979e-5));
  p = multiplyAdd(p, s, splat(6.37261928875436e-4));
  p = multiplyAdd(p, s, splat(4.89352455891786e-3));
  let q = splat(1.19825839466702e-6);
  q = multiplyAdd(q, s, splat(1.18534705686654e-4));
  q = multiplyAdd(q, s, splat(2.268434632439e-3));
  q = multiplyAdd(q, s, splat(4.89352518554385e-3));
  return div(mul(p, bounded), q);
}

/** The error function, to 2 · 10^-7. */
@inline
export function erf(x: v128): v128 {
  const bounded = f32x4.min(f32x4.max(x, splat(-4.0)), splat(4.0));
  const s = mul(bounded, bounded);
  let p = splat(-2.72614225801306e-10);
  p = multiplyAdd(p, s, splat(2.77068142495902e-8));
  p = multiplyAdd(p, s, splat(-2.10102402082508e-6));
  p = multiplyAdd(p, s, splat(-5.69250639462346e-5));
  p = multiplyAdd(p, s, splat(-7.34990630326855e-4));
  p = multiplyAdd(p, s, splat(-2.95459980854025e-3));
  p = multiplyAdd(p, s, splat(-1.60960333262415e-2));
  let q = splat(-1.45660718464996e-5);
  q = multiplyAdd(q, s, splat(-2.13374055278905e-4));
  q = multiplyAdd(q, s, splat(-1.68282697438203e-3));
  q = multiplyAdd(q, s, splat(-7.37332916720468e-3));
  q = multiplyAdd(q, s, splat(-1.42647390514189e-2));
  return div(mul(p, bounded), q);
}
