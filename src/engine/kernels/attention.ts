// Attention. A unit of work is a pair (sentence, head). Units write disjoint results, so threads can compute ranges of them at the
// same time, each with separate scratch. In scratch, rows of scores are padded to whole vectors of four, with neutral values.
import {
  copyRow,
  exponentials,
  largestOfLanes,
  multiplyInto,
  pad,
  scaleInto,
  scaleRow,
  softmaxRowGradient,
  wholeVectors,
} from "./lib/attention-rows";
import { addLogPrior, joinPairs, logPriorGradient, splitPairs } from "./lib/prior";
import { multiplyScratch, product } from "./lib/packed-product";
import { words } from "./lib/simd";

/** Bytes of scratch for {@link attentionForward} and {@link attentionBackward}. @param longest the longest sentence's length */
export function attentionScratch(longest: i32): i32 {
  return multiplyScratch() + 4 * wholeVectors(longest) * (longest + 5);
}

/** The offset of a sentence's tables [M, L, L] among those of all sentences. */
function firstSquare(offsets: usize, sentence: i32, heads: i32): i32 {
  let sum = 0;
  for (let s = 0; s < sentence; s++) {
    const length = load<i32>(offsets + words(s), 4) - load<i32>(offsets + words(s));
    sum += length * length;
  }
  return sum * heads;
}

/**
 * o = (Softmax(q · k / √D + log G) ⊙ mask) v. The weight of a token that is not a key is 0; with a prior, all are keys.
 *
 * @param transformed [tokens, 3 · M · D] queries, keys and values, each head by head
 * @param gaussians [tokens, M, 6] Δn and θ of each query; 0 for no prior
 * @param locations [tokens, 2]
 * @param mask [M, L, L] for each sentence: factors of the weights; 0 for no mask
 * @param offsets [sentences + 1] int32, each sentence's first token, then the number of all tokens
 * @param keyCounts [sentences] int32, the number of keys: a sentence's first tokens
 * @param width D
 * @param out [tokens, M · D]
 * @param weights [M, L, L] for each sentence, before the mask
 */
export function attentionForward(
  first: i32,
  end: i32,
  transformed: usize,
  gaussians: usize,
  locations: usize,
  mask: usize,
  offsets: usize,
  keyCounts: usize,
  heads: i32,
  width: i32,
  out: usize,
  weights: usize,
  scratch: usize,
): void {
  const part = heads * width;
  const stride = 3 * part;
  const scale: f32 = 1 / Mathf.sqrt(<f32>width);
  const starts = scratch + multiplyScratch();
  for (let unit = first; unit < end; unit++) {
    const sentence = unit / heads;
    const head = unit % heads;
    const row = load<i32>(offsets + words(sentence));
    const tokens = load<i32>(offsets + words(sentence), 4) - row;
    const length = load<i32>(keyCounts + words(sentence));
    const square = firstSquare(offsets, sentence, heads) + head * tokens * tokens;
    const whole = wholeVectors(length);
    const ends = starts + words(whole);
    const scores = ends + words(whole);
    const queries = transformed + words(row * stride + head * width);
    const keys = queries + words(part);
    const values = keys + words(part);
    const o = out + words(row * part + head * width);
    const places = locations + words(2 * row);
    product(tokens, length, width, queries, stride, 1, keys, 1, stride, scores, whole, false, 0, scratch);
    if (gaussians != 0) splitPairs(places, length, starts, ends);
    for (let i = 0; i < tokens; i++) {
      const x = scores + words(i * whole);
      const offset = words(square + i * tokens);
      pad(x, length, -Infinity);
      const gaussian = gaussians + words(6 * ((row + i) * heads + head));
      const largest =
        gaussians == 0
          ? scaleRow(x, whole, scale)
          : addLogPrior(x, whole, scale, gaussian, places + words(2 * i), starts, ends);
      const sum = exponentials(x, whole, largestOfLanes(largest));
      scaleInto(x, length, 1 / sum, weights + offset);
      if (mask == 0) copyRow(weights + offset, length, x);
      else multiplyInto(weights + offset, mask + offset, length, x);
      for (let j = length; j < tokens; j++) store<f32>(weights + offset + words(j), 0);
    }
    product(tokens, width, length, scores, whole, 1, values, stride, 1, o, part, false, 0, scratch);
  }
}

/**
 * @param weights from {@link attentionForward}
 * @param dOut [tokens, M · D]
 * @param dTransformed [tokens, 3 · M · D]
 * @param dGaussians [tokens, M, 6]
 * @param dLocations [M, tokens, 2] the contribution of each head
 */
export function attentionBackward(
  first: i32,
  end: i32,
  transformed: usize,
  gaussians: usize,
  locations: usize,
  mask: usize,
  offsets: usize,
  keyCounts: usize,
  heads: i32,
  width: i32,
  sentences: i32,
  weights: usize,
  dOut: usize,
  dTransformed: usize,
  dGaussians: usize,
  dLocations: usize,
  scratch: usize,
): void {
  const part = heads * width;
  const stride = 3 * part;
  const scale: f32 = 1 / Mathf.sqrt(<f32>width);
  const all = load<i32>(offsets + words(sentences));
  const starts = scratch + multiplyScratch();
  for (let unit = first; unit < end; unit++) {
    const sentence = unit / heads;
    const head = unit % heads;
    const row = load<i32>(offsets + words(sentence));
    const tokens = load<i32>(offsets + words(sentence), 4) - row;
    const length = load<i32>(keyCounts + words(sentence));
    const square = words(firstSquare(offsets, sentence, heads) + head * tokens * tokens);
    const whole = wholeVectors(length);
    const line = words(whole);
    const ends = starts + line;
    const dStarts = ends + line;
    const dEnds = dStarts + line;
    const alpha = dEnds + line;
    const scores = alpha + line;
    const third = words(part);
    const queries = transformed + words(row * stride + head * width);
    const dQueries = dTransformed + words(row * stride + head * width);
    const dO = dOut + words(row * part + head * width);
    const places = locations + words(2 * row);
    for (let i = 0; i < tokens; i++) {
      const offset = square + words(i * tokens);
      if (mask == 0) copyRow(weights + offset, length, scores + words(i * whole));
      else multiplyInto(weights + offset, mask + offset, length, scores + words(i * whole));
    }
    product(length, width, tokens, scores, 1, whole, dO, part, 1, dQueries + 2 * third, stride, false, 0, scratch);
    product(tokens, length, width, dO, part, 1, queries + 2 * third, 1, stride, scores, whole, false, 0, scratch);
    if (gaussians != 0) {
      splitPairs(places, length, starts, ends);
      memory.fill(dStarts, 0, 2 * line);
    }
    for (let i = 0; i < tokens; i++) {
      const g = scores + words(i * whole);
      const offset = square + words(i * tokens);
      if (mask != 0) multiplyInto(g, mask + offset, length, g);
      pad(g, length, 0);
      copyRow(weights + offset, length, alpha);
      pad(alpha, length, 0);
      softmaxRowGradient(alpha, g, whole);
      if (gaussians != 0) {
        const offset = words(6 * ((row + i) * heads + head));
        const place = places + words(2 * i);
        const dGaussian = dGaussians + offset;
        logPriorGradient(g, whole, gaussians + offset, place, starts, ends, dGaussian, dStarts, dEnds);
        // The center is relative to the query's location.
        accumulate(dStarts + words(i), load<f32>(dGaussian));
        accumulate(dEnds + words(i), load<f32>(dGaussian, 4));
      }
      scaleRow(g, whole, scale);
    }
    product(tokens, width, length, scores, whole, 1, queries + third, stride, 1, dQueries, stride, false, 0, scratch);
    product(length, width, tokens, scores, 1, whole, queries, stride, 1, dQueries + third, stride, false, 0, scratch);
    for (let k = 1; k < 3; k++) clearRows(dQueries + k * third, length, tokens, stride, width);
    if (gaussians == 0) continue;
    joinPairs(dStarts, dEnds, length, dLocations + words(2 * (head * all + row)));
  }
}

@inline
function accumulate(address: usize, x: f32): void {
  store<f32>(address, load<f32>(address) + x);
}

/** Clears rows `first` … `end` - 1 of `width` words, `stride` words apart. */
function clearRows(start: usize, first: i32, end: i32, stride: i32, width: i32): void {
  for (let row = first; row < end; row++) memory.fill(start + words(row * stride), 0, words(width));
}
