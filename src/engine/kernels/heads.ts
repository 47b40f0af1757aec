// Combines the heads of attention (Eq. 15–17). The weights of a head are a pair, for the start and the end. Units are tokens.
import { exp } from "./lib/functions";
import { add, div, loadUpTo4, mul, multiplyAdd, splat, storeUpTo4, sub, words } from "./lib/simd";
import { highHalf, lowHalf } from "./lib/doubles";

@inline
function loadPair(address: usize): v128 {
  return v128.load64_zero(address);
}

@inline
function storePair(address: usize, x: v128): void {
  v128.store64_lane(address, x, 0);
}

/** Softmax over the heads: [tokens, M, 2] */
export function softmaxOverHeads(first: i32, end: i32, scores: usize, heads: i32, out: usize): void {
  for (let token = first; token < end; token++) {
    const x = scores + words(2 * token * heads);
    const y = out + words(2 * token * heads);
    let largest = splat(-Infinity);
    for (let m = 0; m < heads; m++) largest = f32x4.pmax(largest, loadPair(x + words(2 * m)));
    let sum = splat(0);
    for (let m = 0; m < heads; m++) {
      const value = exp(sub(loadPair(x + words(2 * m)), largest));
      sum = add(sum, value);
      storePair(y + words(2 * m), value);
    }
    for (let m = 0; m < heads; m++) storePair(y + words(2 * m), div(loadPair(y + words(2 * m)), sum));
  }
}

/** The gradient of a token sums to 0, except for rounding. We subtract the rounding error where the weight is largest. */
export function softmaxOverHeadsGradient(
  first: i32,
  end: i32,
  weights: usize,
  dWeights: usize,
  heads: i32,
  dScores: usize,
): void {
  for (let token = first; token < end; token++) {
    const row = words(2 * token * heads);
    let along = f64x2.splat(0);
    let largest = splat(0);
    for (let m = 0; m < heads; m++) {
      const offset = row + words(2 * m);
      const weight = loadPair(weights + offset);
      largest = f32x4.pmax(largest, weight);
      along = f64x2.add(along, lowHalf(mul(weight, loadPair(dWeights + offset))));
    }
    const mean = f32x4.demote_f64x2_zero(along);
    let rest = f64x2.splat(0);
    for (let m = 0; m < heads; m++) {
      const offset = row + words(2 * m);
      const d = mul(loadPair(weights + offset), sub(loadPair(dWeights + offset), mean));
      rest = f64x2.add(rest, lowHalf(d));
      storePair(dScores + offset, d);
    }
    const remainder = f32x4.demote_f64x2_zero(rest);
    for (let m = 0; m < heads; m++) {
      const offset = row + words(2 * m);
      const isLargest = f32x4.eq(loadPair(weights + offset), largest);
      storePair(dScores + offset, sub(loadPair(dScores + offset), v128.and(isLargest, remainder)));
    }
  }
}

/**
 * n + Σ α Δn over the heads: [tokens, 2]
 * @param gaussians [tokens, M, 6], Δn first
 * @param weights α [tokens, M, 2]
 */
export function moveLocations(
  first: i32,
  end: i32,
  weights: usize,
  gaussians: usize,
  locations: usize,
  heads: i32,
  out: usize,
): void {
  for (let token = first; token < end; token++) {
    let moved = loadPair(locations + words(2 * token));
    for (let m = token * heads; m < (token + 1) * heads; m++) {
      moved = multiplyAdd(loadPair(weights + words(2 * m)), loadPair(gaussians + words(6 * m)), moved);
    }
    storePair(out + words(2 * token), moved);
  }
}

export function moveLocationsGradient(
  first: i32,
  end: i32,
  weights: usize,
  gaussians: usize,
  dMoved: usize,
  heads: i32,
  dWeights: usize,
  dGaussians: usize,
): void {
  for (let token = first; token < end; token++) {
    const d = loadPair(dMoved + words(2 * token));
    for (let m = token * heads; m < (token + 1) * heads; m++) {
      const weight = words(2 * m);
      const gaussian = words(6 * m);
      storePair(dWeights + weight, mul(loadPair(gaussians + gaussian), d));
      storePair(dGaussians + gaussian, mul(loadPair(weights + weight), d));
      v128.store(dGaussians + gaussian + 8, splat(0));
    }
  }
}

/**
 * Each head's output times the mean of its two weights.
 * @param output [tokens, M · D]
 */
export function weighHeads(
  first: i32,
  end: i32,
  output: usize,
  weights: usize,
  heads: i32,
  width: i32,
  out: usize,
): void {
  for (let m = first * heads; m < end * heads; m++) {
    const share = splat((load<f32>(weights + words(2 * m)) + load<f32>(weights + words(2 * m), 4)) * 0.5);
    for (let j = 0; j < width; j += 4) {
      const offset = words(m * width + j);
      storeUpTo4(out + offset, mul(loadUpTo4(output + offset, width - j), share), width - j);
    }
  }
}

export function weighHeadsGradient(
  first: i32,
  end: i32,
  output: usize,
  weights: usize,
  dOut: usize,
  heads: i32,
  width: i32,
  dOutput: usize,
  dWeights: usize,
): void {
  for (let m = first * heads; m < end * heads; m++) {
    const share = splat((load<f32>(weights + words(2 * m)) + load<f32>(weights + words(2 * m), 4)) * 0.5);
    let sum = f64x2.splat(0);
    for (let j = 0; j < width; j += 4) {
      const offset = words(m * width + j);
      const d = loadUpTo4(dOut + offset, width - j);
      const terms = mul(d, loadUpTo4(output + offset, width - j));
      sum = f64x2.add(sum, f64x2.add(lowHalf(terms), highHalf(terms)));
      storeUpTo4(dOutput + offset, mul(d, share), width - j);
    }
    const half = <f32>((f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)) * 0.5);
    store<f32>(dWeights + words(2 * m), half);
    store<f32>(dWeights + words(2 * m), half, 4);
  }
}
