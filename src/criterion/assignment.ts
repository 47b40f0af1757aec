import type { Unmatched } from "../config/loss";

/**
 * Cheapest one-to-one matching of rows to columns, as many pairs as the shorter side has (HUG of Algorithm 1): shortest
 * augmenting paths with potentials, O(min² · max).
 * @param cost [rows, columns], row-major, finite
 * @returns for each row its column, or -1
 */
export function match(cost: ArrayLike<number>, rows: number, columns: number): Int32Array {
  if (rows <= columns) return augment(cost, rows, columns, columns, 1);
  const rowOf = augment(cost, columns, rows, 1, columns);
  const result = new Int32Array(rows).fill(-1);
  for (let column = 0; column < columns; column++) result[rowOf[column]] = column;
  return result;
}

/**
 * Matches every one of the `few` to one of the `many`, few ≤ many; the cost of i and j is at i · fewStride + j · manyStride.
 * Where several matchings cost the same, as they do among clamped costs, it finds the one that SciPy's
 * `linear_sum_assignment` finds: `open` keeps SciPy's order of the many.
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
  const partner = new Int32Array(few).fill(-1); // which of the many each of the few is matched to
  const holder = new Int32Array(many).fill(-1); // and the other way round
  const previous = new Int32Array(many); // which of the few the shortest path to each of the many comes from
  const distance = new Float64Array(many);
  const open = new Int32Array(many); // those of the many that are not yet reached, `opened` of them
  const reached = new Int32Array(many);
  for (let next = 0; next < few; next++) {
    for (let place = 0; place < many; place++) open[place] = many - 1 - place;
    distance.fill(Number.POSITIVE_INFINITY);
    let opened = many;
    let reaches = 0;
    let shortest = 0;
    let own = next;
    let end = -1;
    while (end < 0) {
      let nearest = 0;
      let least = Number.POSITIVE_INFINITY;
      for (let place = 0; place < opened; place++) {
        const j = open[place];
        const through =
          shortest + cost[own * fewStride + j * manyStride] - fewPotential[own] - manyPotential[j];
        if (through < distance[j]) {
          distance[j] = through;
          previous[j] = own;
        }
        if (distance[j] < least || (distance[j] === least && holder[j] < 0)) {
          least = distance[j];
          nearest = place;
        }
      }
      shortest = least;
      const at = open[nearest];
      open[nearest] = open[--opened];
      if (holder[at] < 0) end = at;
      else own = holder[at];
      reached[reaches++] = at;
    }
    fewPotential[next] += shortest;
    for (let k = 0; k < reaches; k++) {
      const j = reached[k];
      const shorter = shortest - distance[j];
      if (holder[j] >= 0) fewPotential[holder[j]] += shorter;
      manyPotential[j] -= shorter;
    }
    for (let j = end, i = -1; i !== next; ) {
      i = previous[j];
      holder[j] = i;
      const before = partner[i];
      partner[i] = j;
      j = before;
    }
  }
  return partner;
}

/**
 * Which entity each proposal is to predict (Eq. 23, by Algorithm 1): a one-to-one matching first, then each proposal left over
 * takes its cheapest target, None included. With more entities than proposals, the entities left over are dropped.
 * @param cost [proposals, entities] matching cost of Eq. 24
 * @param noneCost [proposals] cost of predicting None
 * @returns for each proposal an entity, or -1 for None
 */
export function assign(
  cost: Float32Array,
  noneCost: Float32Array,
  entities: number,
  unmatched: Unmatched = "cheapest",
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
