// The sums of ../kernels/sums.ts in plain JavaScript, for where our own kernels do not load.
import { moduleOf, wordOffset } from "./heap";
import { type Add, replaceSumsBy } from "./sums";

export function replaceSumsPlainly(): void {
  replaceSumsBy((backend, x, out, shape, scale) => {
    const add = shape[2] === 1 ? addRows : addColumns;
    add(moduleOf(backend).HEAPF32, wordOffset(backend, x), wordOffset(backend, out), shape, scale);
  });
}

type AddOnHeap = (
  heap: Float32Array,
  source: number,
  target: number,
  shape: Parameters<Add>[3],
  scale: number,
) => void;

/** [outer, count] → [outer]; four sums at a time, because each addition waits for the one before. */
const addRows: AddOnHeap = (heap, source, target, [outer, count], scale) => {
  for (let row = 0, at = source; row < outer; row++) {
    const end = at + count;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (const last = end - 3; at < last; at += 4) {
      a += heap[at];
      b += heap[at + 1];
      c += heap[at + 2];
      d += heap[at + 3];
    }
    for (; at < end; at++) a += heap[at];
    heap[target + row] = (a + b + (c + d)) * scale;
  }
};

/** [outer, count, inner] → [outer, inner] */
const addColumns: AddOnHeap = (heap, source, target, [outer, count, inner], scale) => {
  const sums = new Float64Array(inner);
  for (let block = 0, at = source; block < outer; block++) {
    sums.fill(0);
    for (let row = 0; row < count; row++, at += inner) {
      for (let column = 0; column < inner; column++) sums[column] += heap[at + column];
    }
    for (let column = 0; column < inner; column++)
      heap[target + block * inner + column] = sums[column] * scale;
  }
};
