// Passes over the scores of all spans start ≤ end of one proposal,
//   r(s, e) = startScore(s) + endScore(e) - |θᵀ ((s, e) - μ)|².
// Each pass computes them again, so the scratch of a row is only as long as the sentence. A pass visits the starts in order, and
// for each start the ends, four at a time. After a start, it sets the end score at that position to -infinity, as it is after the
// end of the sentence. So no vector needs a mask.
import { expOfNegative } from "./functions";
import { add, mul, multiplyAdd, splat, sub, sumOfLanes, words } from "./simd";
import { highHalf, lowHalf, sumOfHalves } from "./doubles";

/** Terms e^x for smaller x are treated as 0. They are subnormal in float32, which is slow. */
const negligible: f32 = -87;

/** The bytes of each array in the scratch of a row. */
@inline
export function strideOf(tokens: i32): usize {
  return words((tokens + 3) & ~3);
}

// The arrays. Array 0 contains the end scores.
const endFirst = 1; // The end's parts of θᵀ δ.
const endSecond = 2;
const startFirst = 3; // The start's parts of θᵀ δ.
const startSecond = 4;
const startScore = 5;
const endSum = 6;
export const rowArrays = 7;

@inline
function slot(scratch: usize, array: i32, stride: usize, place: i32): usize {
  return scratch + <usize>array * stride + words(place);
}

/** Initializes the scratch for a row: scores [length], center [2], factor [4]. */
export function openRow(
  starts: usize,
  ends: usize,
  center: usize,
  factor: usize,
  length: i32,
  stride: usize,
  scratch: usize,
): void {
  memory.copy(slot(scratch, startScore, stride, 0), starts, words(length));
  reopenEnds(ends, length, scratch);
  const centerStart = splat(load<f32>(center));
  const centerEnd = splat(load<f32>(center, 4));
  for (let i = 0; i < length; i += 4) {
    const place = add(splat(<f32>i), f32x4(0, 1, 2, 3));
    const x = sub(place, centerStart);
    const y = sub(place, centerEnd);
    v128.store(slot(scratch, startFirst, stride, i), mul(splat(load<f32>(factor)), x));
    v128.store(slot(scratch, startSecond, stride, i), mul(splat(load<f32>(factor, 4)), x));
    v128.store(slot(scratch, endFirst, stride, i), mul(splat(load<f32>(factor, 8)), y));
    v128.store(slot(scratch, endSecond, stride, i), mul(splat(load<f32>(factor, 12)), y));
    v128.store(slot(scratch, endSum, stride, i), splat(0));
  }
}

/** Reverts every {@link closeEnd}. */
export function reopenEnds(ends: usize, length: i32, scratch: usize): void {
  memory.copy(scratch, ends, words(length));
  for (let e = length; e & 3; e++) closeEnd(scratch, e);
}

@inline
export function closeEnd(scratch: usize, e: i32): void {
  store<f32>(scratch + words(e), -Infinity);
}

/** The number of an array at a position, in all lanes. */
@inline
function ofPlace(scratch: usize, array: i32, stride: usize, s: i32): v128 {
  return v128.load32_splat(slot(scratch, array, stride, s));
}

/** The score of a span from its start score, its end score and the two components of θᵀ δ. */
@inline
function score(start: v128, end: v128, first: v128, second: v128): v128 {
  return sub(add(start, end), multiplyAdd(first, first, mul(second, second)));
}

/** The scores of four spans. @param at address of their end scores @param first, second the start's parts of θᵀ δ */
@inline
function scores(address: usize, stride: usize, start: v128, first: v128, second: v128): v128 {
  const f = add(first, v128.load(address + endFirst * stride));
  const g = add(second, v128.load(address + endSecond * stride));
  return score(start, v128.load(address), f, g);
}

/** The score of one span, equal to that of the passes to the last bit, even if its end is closed. */
export function scoreOf(ends: usize, s: i32, e: i32, stride: usize, scratch: usize): f32 {
  const f = add(ofPlace(scratch, startFirst, stride, s), ofPlace(scratch, endFirst, stride, e));
  const g = add(ofPlace(scratch, startSecond, stride, s), ofPlace(scratch, endSecond, stride, e));
  const end = v128.load32_splat(ends + words(e));
  return f32x4.extract_lane(score(ofPlace(scratch, startScore, stride, s), end, f, g), 0);
}

/** The largest score of the spans with start s. */
export function largestFrom(s: i32, length: i32, stride: usize, scratch: usize): f32 {
  const start = ofPlace(scratch, startScore, stride, s);
  const first = ofPlace(scratch, startFirst, stride, s);
  const second = ofPlace(scratch, startSecond, stride, s);
  let most = splat(-Infinity);
  const last = scratch + words(length);
  for (let address = scratch + words(s & ~3); address < last; address += 16) {
    most = f32x4.pmax(most, scores(address, stride, start, first, second));
  }
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}

/** Σ exp(score - shift) over the spans with start s. */
export function sumFrom(s: i32, length: i32, shift: f32, stride: usize, scratch: usize): f64 {
  const start = ofPlace(scratch, startScore, stride, s);
  const first = ofPlace(scratch, startFirst, stride, s);
  const second = ofPlace(scratch, startSecond, stride, s);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const last = scratch + words(length);
  for (let address = scratch + words(s & ~3); address < last; address += 16) {
    const shifted = sub(scores(address, stride, start, first, second), splat(shift));
    const nothing = f32x4.lt(shifted, splat(negligible));
    if (i32x4.all_true(nothing)) continue;
    const terms = v128.andnot(expOfNegative(shifted), nothing);
    low = f64x2.add(low, lowHalf(terms));
    high = f64x2.add(high, highHalf(terms));
  }
  return sumOfHalves(low, high);
}

/**
 * Writes the sum of {@link sumFrom} to `total`, and adds each term to the sum of its end.
 * @returns Σ exp(score - shift) · (end - origin)
 */
export function addFrom(
  s: i32,
  length: i32,
  shift: f32,
  origin: i32,
  stride: usize,
  total: usize,
  scratch: usize,
): f64 {
  const start = ofPlace(scratch, startScore, stride, s);
  const first = ofPlace(scratch, startFirst, stride, s);
  const second = ofPlace(scratch, startSecond, stride, s);
  let sum = splat(0);
  let moment = splat(0);
  let offset = add(splat(<f32>((s & ~3) - origin)), f32x4(0, 1, 2, 3));
  const last = scratch + words(length);
  for (let address = scratch + words(s & ~3); address < last; address += 16) {
    const shifted = sub(scores(address, stride, start, first, second), splat(shift));
    const nothing = f32x4.lt(shifted, splat(negligible));
    if (!i32x4.all_true(nothing)) {
      const terms = v128.andnot(expOfNegative(shifted), nothing);
      const bySum = address + endSum * stride;
      sum = add(sum, terms);
      moment = multiplyAdd(terms, offset, moment);
      v128.store(bySum, add(v128.load(bySum), terms));
    }
    offset = add(offset, splat(4));
  }
  store<f32>(total, sumOfLanes(sum));
  return <f64>sumOfLanes(moment);
}

/** The sum of {@link addFrom} for an end. */
@inline
export function sumOfEnd(e: i32, stride: usize, scratch: usize): f32 {
  return load<f32>(slot(scratch, endSum, stride, e));
}
