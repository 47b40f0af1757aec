import type { LossConfig } from "../config/training-config";

/**
 * The cheapest one-to-one matching of rows to columns (HUG of Algorithm 1). Every row is matched, or every column if there are
 * fewer. Uses shortest augmenting paths with potentials, O(min² · max).
 * @param cost [rows, columns], row-major, finite
 * @returns the column of each row, or -1
 */
export function match(cost: ArrayLike<number>, rows: number, columns: number): Int32Array {
  if (rows <= columns) return augment(cost, rows, columns, columns, 1);
  const rowOf = augment(cost, columns, rows, 1, columns);
  const result = new Int32Array(rows).fill(-1);
  for (let column = 0; column < columns; column++) result[rowOf[column]] = column;
  return result;
}

/**
 * Matches each of the `few` to one of the `many`, few ≤ many. The cost of i and j is at index i · fewStride + j · manyStride.
 * Several matchings may cost the same, for example if costs are clamped. The result is then the matching that SciPy's
 * `linear_sum_assignment` returns, because `unreached` keeps SciPy's order.
 */
function augment(
  cost: ArrayLike<number>,
  few: number,
  many: number,
  fewStride: number,
  manyStride: number,
): Int32Array {
  const fewPotential = new Float64Array(few);
  const manyPotential = new Float64Array(many);
  const manyOfFew = new Int32Array(few).fill(-1); // current matching: the j of each i
  const fewOfMany = new Int32Array(many).fill(-1); // its inverse: the i of each j
  const previous = new Int32Array(many); // the i before each j on the shortest path to it
  const distance = new Float64Array(many);
  const unreached = new Int32Array(many); // only the first `unreachedCount` entries are valid
  const reached = new Int32Array(many); // only the first `reachedCount` entries are valid
  let unreachedCount: number;
  let reachedCount: number;

  /** Shortens the distances by the edges of i, which is `shortest` away. @returns the index of the nearest in `unreached` */
  function relax(i: number, shortest: number): number {
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < unreachedCount; index++) {
      const j = unreached[index];
      const length = shortest + cost[i * fewStride + j * manyStride] - fewPotential[i] - manyPotential[j];
      if (length < distance[j]) {
        distance[j] = length;
        previous[j] = i;
      }
      if (distance[j] < least || (distance[j] === least && fewOfMany[j] < 0)) {
        least = distance[j];
        nearest = index;
      }
    }
    return nearest;
  }

  /** Finds the shortest path from `root` to a j without partner. @returns this j */
  function shortestPath(root: number): number {
    for (let index = 0; index < many; index++) unreached[index] = many - 1 - index;
    unreachedCount = many;
    reachedCount = 0;
    distance.fill(Number.POSITIVE_INFINITY);
    for (let i = root, shortest = 0; ; ) {
      const nearest = relax(i, shortest);
      const j = unreached[nearest];
      unreached[nearest] = unreached[--unreachedCount];
      reached[reachedCount++] = j;
      if (fewOfMany[j] < 0) return j;
      i = fewOfMany[j];
      shortest = distance[j];
    }
  }

  /** Keeps the reduced costs of all edges at least 0, and those of matched edges at 0. */
  function updatePotentials(root: number, end: number): void {
    const shortest = distance[end];
    fewPotential[root] += shortest;
    for (let k = 0; k < reachedCount; k++) {
      const j = reached[k];
      const slack = shortest - distance[j];
      if (fewOfMany[j] >= 0) fewPotential[fewOfMany[j]] += slack;
      manyPotential[j] -= slack;
    }
  }

  /** Flips the pairs along the path from `end` back to `root`. */
  function flip(root: number, end: number): void {
    for (let j = end, i = -1; i !== root; ) {
      i = previous[j];
      fewOfMany[j] = i;
      const next = manyOfFew[i];
      manyOfFew[i] = j;
      j = next;
    }
  }

  for (let root = 0; root < few; root++) {
    const end = shortestPath(root);
    updatePotentials(root, end);
    flip(root, end);
  }
  return manyOfFew;
}

/**
 * Assigns an entity or None to each proposal (Eq. 23, Algorithm 1). A one-to-one matching comes first. Each remaining proposal
 * then takes its cheapest target, None included. If there are more entities than proposals, the unmatched entities are dropped.
 * @param cost [proposals, entities] matching cost of Eq. 24
 * @param noneCost [proposals] cost of predicting None
 * @param unmatched the target of the remaining proposals: the cheapest, or always None
 * @returns the entity of each proposal, or -1 for None
 */
export function assign(
  cost: Float32Array,
  noneCost: Float32Array,
  entities: number,
  unmatched: LossConfig["unmatched"] = "cheapest",
): Int32Array {
  const proposals = noneCost.length;
  if (!entities) return new Int32Array(proposals).fill(-1);
  const result = match(cost, proposals, entities); // line 6
  if (entities >= proposals || unmatched === "none") return result;
  // lines 7–9
  for (let i = 0; i < proposals; i++) {
    if (result[i] >= 0) continue;
    let least = noneCost[i];
    for (let j = 0; j < entities; j++) {
      if (cost[i * entities + j] >= least) continue;
      least = cost[i * entities + j];
      result[i] = j;
    }
  }
  return result;
}
