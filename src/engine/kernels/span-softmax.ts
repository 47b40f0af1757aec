// Softmax over all spans start ≤ end of a sentence, for each proposal. A row is a proposal. It has as many start and end scores as
// its sentence has tokens. A call computes rows `first` … `end` - 1.
//
// Common parameters:
//   starts, ends: scores, row by row; center [rows, 2]; factor [rows, 4]
//   scores [rows + 1] int32: the index of each row's first start score and end score
//   offsets [rows + 1] int32: the index of each row's first pick; picks [picks, 2] int32: start and end
//   statistics [rows, 2]: the largest score, and Σ exp(score - largest) over the other spans. Without the 1 of the largest score,
//     this sum keeps its digits where one span is nearly certain
//   best [rows, 2] int32: start and end of the largest score; the first by start, then end, among equals
import { words } from "./lib/simd";
import {
  addFrom,
  closeEnd,
  largestFrom,
  openRow,
  reopenEnds,
  rowArrays,
  scoreOf,
  strideOf,
  sumFrom,
  sumOfEnd,
} from "./lib/span-row";

@inline
function pairs(count: i32): usize {
  return (<usize>count) << 3;
}

/** Words of scratch for the kernels in this file. @param longest the longest sentence's length */
export function spanScratch(longest: i32): i32 {
  return <i32>((rowArrays * strideOf(longest)) >> 2);
}

/**
 * Computes `statistics` and `best`; zeros for rows without picks.
 * @param offsets 0 to compute all rows
 */
export function spanNormalizers(
  first: i32,
  end: i32,
  starts: usize,
  ends: usize,
  center: usize,
  factor: usize,
  scores: usize,
  offsets: usize,
  statistics: usize,
  best: usize,
  scratch: usize,
): void {
  for (let row = first; row < end; row++) {
    const largestAndRest = statistics + pairs(row);
    const span = best + pairs(row);
    if (offsets != 0 && countAt(offsets, row) == 0) {
      memory.fill(largestAndRest, 0, 8);
      memory.fill(span, 0, 8);
      continue;
    }
    const length = countAt(scores, row);
    const stride = strideOf(length);
    const sentence = words(load<i32>(scores + words(row)));
    const sentenceEnds = ends + sentence;
    openRow(starts + sentence, sentenceEnds, center + pairs(row), factor + 2 * pairs(row), length, stride, scratch);
    let largest: f32 = -Infinity;
    let bestStart = 0;
    for (let s = 0; s < length; s++) {
      const most = largestFrom(s, length, stride, scratch);
      if (most > largest) {
        largest = most;
        bestStart = s;
      }
      closeEnd(scratch, s);
    }
    let bestEnd = bestStart;
    while (bestEnd + 1 < length && scoreOf(sentenceEnds, bestStart, bestEnd, stride, scratch) != largest) bestEnd++;
    reopenEnds(sentenceEnds, length, scratch);
    let rest: f64 = 0;
    for (let s = 0; s < length; s++) {
      if (s == bestStart) closeEnd(scratch, bestEnd);
      rest += sumFrom(s, length, largest, stride, scratch);
      if (s == bestStart) store<f32>(scratch + words(bestEnd), load<f32>(sentenceEnds + words(bestEnd)));
      closeEnd(scratch, s);
    }
    store<f32>(largestAndRest, largest);
    store<f32>(largestAndRest, <f32>rest, 4);
    store<i32>(span, bestStart);
    store<i32>(span, bestEnd, 4);
  }
}

/** The number of scores, or picks, of a row. */
@inline
function countAt(offsets: usize, row: i32): i32 {
  return load<i32>(offsets + words(row), 4) - load<i32>(offsets + words(row));
}

/** Computes the log probability of each pick, out [picks]. */
export function spanPicks(
  first: i32,
  end: i32,
  starts: usize,
  ends: usize,
  center: usize,
  factor: usize,
  scores: usize,
  statistics: usize,
  offsets: usize,
  picks: usize,
  out: usize,
  scratch: usize,
): void {
  for (let row = first; row < end; row++) {
    const count = countAt(offsets, row);
    if (count == 0) continue;
    const length = countAt(scores, row);
    const stride = strideOf(length);
    const sentence = words(load<i32>(scores + words(row)));
    const sentenceEnds = ends + sentence;
    openRow(starts + sentence, sentenceEnds, center + pairs(row), factor + 2 * pairs(row), length, stride, scratch);
    const largest = load<f32>(statistics + pairs(row));
    const logSum = Math.log1p(load<f32>(statistics + pairs(row), 4));
    const from = load<i32>(offsets + words(row));
    for (let pick = from; pick < from + count; pick++) {
      const s = load<i32>(picks + pairs(pick));
      const e = load<i32>(picks + pairs(pick), 4);
      const difference: f32 = scoreOf(sentenceEnds, s, e, stride, scratch) - largest;
      store<f32>(out + words(pick), <f32>(<f64>difference - logSum));
    }
  }
}

/**
 * Gradients from dy [picks]. The gradient of a span's score is dr = Σ dy of its picks - p · Σ dy of the row's picks. Those of start
 * and end scores are the sums of dr by start and by end. Those of center and factor are 2 θθᵀ Σ dr δ and -2 (Σ dr δδᵀ) θ with
 * δ = (s, e) - μ.
 */
export function spanGradient(
  first: i32,
  end: i32,
  starts: usize,
  ends: usize,
  center: usize,
  factor: usize,
  scores: usize,
  statistics: usize,
  best: usize,
  offsets: usize,
  picks: usize,
  dy: usize,
  dStarts: usize,
  dEnds: usize,
  dCenter: usize,
  dFactor: usize,
  scratch: usize,
): void {
  for (let row = first; row < end; row++) {
    const length = countAt(scores, row);
    const stride = strideOf(length);
    const sentence = words(load<i32>(scores + words(row)));
    const dStart = dStarts + sentence;
    const dEnd = dEnds + sentence;
    memory.fill(dStart, 0, words(length));
    memory.fill(dEnd, 0, words(length));
    memory.fill(dCenter + pairs(row), 0, 8);
    memory.fill(dFactor + 2 * pairs(row), 0, 16);
    const from = load<i32>(offsets + words(row));
    const behind = load<i32>(offsets + words(row), 4);
    let total: f64 = 0;
    let any = false;
    for (let pick = from; pick < behind; pick++) {
      const weight = load<f32>(dy + words(pick));
      total += <f64>weight;
      any = any || weight != 0;
    }
    if (!any) continue;
    const bestStart = load<i32>(best + pairs(row));
    const bestEnd = load<i32>(best + pairs(row), 4);
    const mean = center + pairs(row);
    const theta = factor + 2 * pairs(row);
    // Moments are relative to the most probable span. There, dr is the negative sum of all others, which is more accurate than the
    // small difference of two numbers near 1.
    let crossed: f64 = 0; //                                               Σ dr · (s - bestStart) · (e - bestEnd)
    if (total != 0) {
      openRow(starts + sentence, ends + sentence, mean, theta, length, stride, scratch);
      const largest = load<f32>(statistics + pairs(row));
      const scale = -total / (1 + <f64>load<f32>(statistics + pairs(row), 4));
      for (let s = 0; s < length; s++) {
        const moment = addFrom(s, length, largest, bestEnd, stride, dStart + words(s), scratch);
        crossed += scale * moment * <f64>(s - bestStart);
        store<f32>(dStart + words(s), <f32>(scale * <f64>load<f32>(dStart + words(s))));
        closeEnd(scratch, s);
      }
      for (let e = 0; e < length; e++) {
        store<f32>(dEnd + words(e), <f32>(scale * <f64>sumOfEnd(e, stride, scratch)));
      }
    }
    for (let pick = from; pick < behind; pick++) {
      const weight = load<f32>(dy + words(pick));
      const s = load<i32>(picks + pairs(pick));
      const e = load<i32>(picks + pairs(pick), 4);
      addTo(dStart, s, weight);
      addTo(dEnd, e, weight);
      crossed += <f64>weight * <f64>((s - bestStart) * (e - bestEnd));
    }
    balance(dStart, bestStart, length);
    balance(dEnd, bestEnd, length);
    gaussianGradient(
      dStart,
      dEnd,
      length,
      bestStart,
      bestEnd,
      crossed,
      mean,
      theta,
      dCenter + pairs(row),
      dFactor + 2 * pairs(row),
    );
  }
}

@inline
function addTo(row: usize, place: i32, value: f32): void {
  store<f32>(row + words(place), load<f32>(row + words(place)) + value);
}

/** Makes a row sum to 0, like every gradient of a softmax, by setting its number at `place`. */
function balance(row: usize, place: i32, length: i32): void {
  store<f32>(row + words(place), 0);
  let sum: f64 = 0;
  for (let i = 0; i < length; i++) sum += <f64>load<f32>(row + words(i));
  store<f32>(row + words(place), <f32>-sum);
}

/** Gradients of center and factor from the marginals of dr and its mixed moment relative to the span (originStart, originEnd). */
function gaussianGradient(
  dStart: usize,
  dEnd: usize,
  length: i32,
  originStart: i32,
  originEnd: i32,
  crossed: f64,
  center: usize,
  factor: usize,
  dCenter: usize,
  dFactor: usize,
): void {
  let byStart: f64 = 0; // Σ dr (s - origin), and Σ dr (s - origin)²
  let byStart2: f64 = 0;
  let byEnd: f64 = 0;
  let byEnd2: f64 = 0;
  for (let i = 0; i < length; i++) {
    const x = <f64>(i - originStart);
    const y = <f64>(i - originEnd);
    byStart += <f64>load<f32>(dStart + words(i)) * x;
    byStart2 += <f64>load<f32>(dStart + words(i)) * x * x;
    byEnd += <f64>load<f32>(dEnd + words(i)) * y;
    byEnd2 += <f64>load<f32>(dEnd + words(i)) * y * y;
  }
  // Shifts the moments from the origin to μ, where Σ dr is 0.
  const shiftStart = <f64>originStart - <f64>load<f32>(center);
  const shiftEnd = <f64>originEnd - <f64>load<f32>(center, 4);
  const ss = byStart2 + 2 * shiftStart * byStart;
  const se = crossed + shiftEnd * byStart + shiftStart * byEnd;
  const ee = byEnd2 + 2 * shiftEnd * byEnd;
  const a = <f64>load<f32>(factor);
  const b = <f64>load<f32>(factor, 4);
  const c = <f64>load<f32>(factor, 8);
  const d = <f64>load<f32>(factor, 12);
  const along = a * byStart + c * byEnd; // θᵀ Σ dr δ
  const across = b * byStart + d * byEnd;
  store<f32>(dCenter, <f32>(2 * (a * along + b * across)));
  store<f32>(dCenter, <f32>(2 * (c * along + d * across)), 4);
  store<f32>(dFactor, <f32>(-2 * (ss * a + se * c)));
  store<f32>(dFactor, <f32>(-2 * (ss * b + se * d)), 4);
  store<f32>(dFactor, <f32>(-2 * (se * a + ee * c)), 8);
  store<f32>(dFactor, <f32>(-2 * (se * b + ee * d)), 12);
}
