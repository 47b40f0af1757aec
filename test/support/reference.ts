// The paper's detector for one sentence, slowly and in double precision, from its equations and not from src/model.
import type { ModelConfig } from "../../src/config/model-config";
import type { Target } from "../../src/criterion/loss";
import {
  add,
  apply,
  chunks,
  linear,
  type Matrix,
  mlp,
  range,
  softmax,
  sum,
  type Weights,
} from "./reference-math";
import { propose, type ReferenceProposals } from "./reference-proposer";
import {
  locate,
  logGaussian,
  type ReferenceGaussian,
  type ReferenceLayer,
  refine,
} from "./reference-regressor";

/** The head's output for each proposal. */
export interface ReferencePrediction {
  /** p^c [i][class]; the last class is None. */
  readonly classes: Matrix;
  /** p^n [i][start][end], end inclusive; 0 where end < start. */
  readonly spans: readonly Matrix[];
  readonly gaussians: readonly ReferenceGaussian[];
}

export interface ReferencePass {
  readonly proposed: ReferenceProposals;
  readonly layers: readonly ReferenceLayer[];
  readonly prediction: ReferencePrediction;
}

/** Everything after the encoder. @param hidden H, one row per token */
export function detect(weights: Weights, config: ModelConfig, hidden: Matrix): ReferencePass {
  const proposed = propose(weights.at("proposer"), config, hidden);
  const layers: ReferenceLayer[] = [];
  let proposals = proposed;
  for (const l of range(0, config.layers)) {
    layers.push(refine(weights.at("regressor").at(l), config, proposals));
    proposals = layers[l].proposals;
  }
  return { proposed, layers, prediction: predict(weights.at("head"), proposals, hidden) };
}

/** §3.4 */
export function predict(
  weights: Weights,
  { queries, locations, logits }: ReferenceProposals,
  hidden: Matrix,
): ReferencePrediction {
  const classes = queries.map((q, i) => softmax(add(logits[i], mlp(weights.at("classifier"), q)))); // Eq. 21
  const gaussians = queries.map((q, i) => locate(weights.at("locator"), q, locations[i]));
  const point = (side: string) => {
    const context = hidden.map((h) => linear(weights.at(side), h));
    return queries.map((q) => apply(context, linear(weights.at(side), q)));
  };
  const [starts, ends] = [point("start"), point("end")];
  const all = range(0, hidden.length);
  const spans = queries.map((q, i) => {
    const scores = all.flatMap((s) =>
      all.map((e) =>
        s <= e
          ? logGaussian(gaussians[i], [s, e]) + (starts[i][s] + ends[i][e]) / Math.sqrt(q.length)
          : Number.NEGATIVE_INFINITY,
      ),
    );
    return chunks(softmax(scores), hidden.length);
  }); //                                                                                              Eq. 22
  return { classes, spans, gaussians };
}

/** L_match (Eq. 24) of proposal i with an entity, or with None. */
export function matchingCost(
  { classes, spans }: ReferencePrediction,
  i: number,
  target: Target | undefined,
): number {
  if (!target) return -Math.log(classes[i].at(-1)!);
  return -Math.log(classes[i][target.type]) - Math.log(spans[i][target.start][target.end]);
}

/** Eq. 25 for an assignment: for each proposal an entity's index, or -1 for None. */
export function lossOf(
  prediction: ReferencePrediction,
  targets: readonly Target[],
  assignment: ArrayLike<number>,
): number {
  return sum(prediction.classes.map((_, i) => matchingCost(prediction, i, targets[assignment[i]])));
}

/**
 * Algorithm 1 by trying every one-to-one matching of min(L, N) pairs; entities must be fewer than 7 or so.
 * @returns for each proposal an entity's index, or -1 for None
 */
export function assignByTrying(cost: Matrix, noneCost: readonly number[], entities: number): number[] {
  const proposals = noneCost.length;
  let best: { total: number; assignment: number[] } = { total: Number.POSITIVE_INFINITY, assignment: [] };
  for (const assignment of matchings(proposals, entities)) {
    const total = sum(assignment.map((j, i) => (j < 0 ? 0 : cost[i][j])));
    if (total < best.total) best = { total, assignment };
  }
  if (entities >= proposals) return best.assignment;
  return best.assignment.map((matched, i) => {
    if (matched >= 0) return matched;
    const costs = [...cost[i], noneCost[i]];
    const cheapest = costs.indexOf(Math.min(...costs));
    return cheapest < entities ? cheapest : -1;
  });
}

/** All one-to-one matchings of min(rows, columns) pairs: for each row its column, or -1. */
export function matchings(rows: number, columns: number): number[][] {
  const pairs = Math.min(rows, columns);
  const extend = (taken: number[]): number[][] => {
    if (taken.length === rows) return [taken];
    const free = range(0, columns).filter((column) => !taken.includes(column));
    const matched = taken.filter((column) => column >= 0).length;
    const mayStayFree = rows - taken.length > pairs - matched;
    return [...free, ...(mayStayFree ? [-1] : [])].flatMap((column) => extend([...taken, column]));
  };
  return extend([]);
}
