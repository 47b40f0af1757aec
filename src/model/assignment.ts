/**
 * Cheapest one-to-one matching of rows to columns, as many pairs as the shorter side has (HUG of Algorithm 1): shortest
 * augmenting paths with potentials, O(min² · max).
 * @param cost [rows, columns], row-major, finite
 * @returns for each row its column, or -1
 */
export function match(cost: ArrayLike<number>, rows: number, columns: number): Int32Array {
  if (rows > columns) {
    const matched = augment((column, row) => cost[row * columns + column], columns, rows);
    const result = new Int32Array(rows).fill(-1);
    matched.forEach((row, column) => {
      result[row] = column;
    });
    return result;
  }
  return augment((row, column) => cost[row * columns + column], rows, columns);
}

/** Matches every one of the `few` to one of the `many`, few ≤ many. */
function augment(cost: (few: number, many: number) => number, few: number, many: number): Int32Array {
  const fewPotential = new Float64Array(few);
  const manyPotential = new Float64Array(many + 1);
  const holder = new Int32Array(many + 1).fill(-1); // which of the few each of the many is matched to; slot `many` starts a path
  const previous = new Int32Array(many + 1);
  const distance = new Float64Array(many + 1);
  const visited = new Uint8Array(many + 1);
  for (let next = 0; next < few; next++) {
    holder[many] = next;
    distance.fill(Number.POSITIVE_INFINITY);
    visited.fill(0);
    let at = many;
    while (holder[at] >= 0) {
      visited[at] = 1;
      const own = holder[at];
      let shortest = Number.POSITIVE_INFINITY;
      let nearest = -1;
      for (let j = 0; j < many; j++) {
        if (visited[j]) continue;
        const reduced = cost(own, j) - fewPotential[own] - manyPotential[j];
        if (reduced < distance[j]) {
          distance[j] = reduced;
          previous[j] = at;
        }
        if (distance[j] < shortest) {
          shortest = distance[j];
          nearest = j;
        }
      }
      for (let j = 0; j <= many; j++) {
        if (visited[j]) {
          fewPotential[holder[j]] += shortest;
          manyPotential[j] -= shortest;
        } else {
          distance[j] -= shortest;
        }
      }
      at = nearest;
    }
    while (at !== many) {
      const before = previous[at];
      holder[at] = holder[before];
      at = before;
    }
  }
  const result = new Int32Array(few);
  for (let j = 0; j < many; j++) if (holder[j] >= 0) result[holder[j]] = j;
  return result;
}

/** What a proposal that the one-to-one matching leaves over is to predict: its cheapest target, or always None. */
export type Unmatched = "cheapest" | "none";

/**
 * Which entity each proposal is to predict (Algorithm 1): a one-to-one matching first, then each proposal left over takes
 * its cheapest target, None included. With more entities than proposals, the entities left over are dropped.
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
  const result = match(cost, proposals, entities);
  if (entities >= proposals || unmatched === "none") return result;
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
