import { splat, transposeBlock, words } from "./simd";

/** The depth of a packed panel: even, because the innermost loop is unrolled by two. */
@inline
export function paddedDepth(depth: i32): i32 {
  return (depth + 1) & ~1;
}

/**
 * Packs a matrix of `count` vectors of `depth` words into panels of `width` (4 or 8) vectors, [panel][depth][width], padded with
 * zeros. The stride in words is `across` to the next vector and `along` to the next word of a vector.
 */
export function packPanels(
  source: usize,
  across: i32,
  along: i32,
  count: i32,
  depth: i32,
  width: i32,
  target: usize,
): void {
  const panel = words(paddedDepth(depth) * width);
  for (let first = 0; first < count; first += width) {
    for (let group = 0; group < width; group += 4) {
      const lanes = max(0, min(4, count - first - group));
      const start = source + words((first + group) * across);
      packFour(start, across, along, lanes, depth, target + words(group), words(width));
    }
    target += panel;
  }
}

/** Packs at most four vectors. @param step bytes from one depth to the next */
function packFour(
  source: usize,
  across: i32,
  along: i32,
  lanes: i32,
  depth: i32,
  target: usize,
  step: usize,
): void {
  let k = 0;
  if (lanes == 4 && across == 1) {
    for (; k < depth; k++) {
      v128.store(target, v128.load(source + words(k * along)));
      target += step;
    }
  } else if (lanes == 4 && along == 1) {
    const stride = words(across);
    for (; k + 4 <= depth; k += 4) {
      transposeBlock(source + words(k), stride, target, step);
      target += 4 * step;
    }
  }
  for (; k < paddedDepth(depth); k++) {
    v128.store(target, splat(0));
    if (k < depth) {
      for (let lane = 0; lane < lanes; lane++) {
        store<f32>(target + words(lane), load<f32>(source + words(lane * across + k * along)));
      }
    }
    target += step;
  }
}
