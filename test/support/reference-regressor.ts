// A regressor layer, from the paper's §3.3, for one sentence.
import type { ModelConfig } from "../../src/config/model-config";
import {
  add,
  apply,
  chunks,
  dot,
  gate,
  gelu,
  layerNorm,
  linear,
  type Matrix,
  mlp,
  range,
  softmax,
  sum,
  times,
  type Vector,
  type Weights,
} from "./reference-math";
import type { ReferenceProposals } from "./reference-proposer";

/** Center μ and precision Θ of a Gaussian-like distribution. */
export interface ReferenceGaussian {
  readonly center: Vector;
  readonly precision: Matrix;
}

/** Eq. 13; `factor` is θ, row by row. */
export function locate(weights: Weights, query: Vector, location: Vector): ReferenceGaussian {
  const [offset, ...factor] = chunks(mlp(weights, query), 2);
  return {
    center: add(location, offset),
    precision: factor.map((row) => factor.map((other) => dot(row, other))),
  };
}

/** log G(x) = -(x - μ)ᵀ Θ (x - μ), Eq. 12 with its sign corrected. */
export function logGaussian({ center, precision }: ReferenceGaussian, x: Vector): number {
  const difference = x.map((value, i) => value - center[i]);
  return -dot(difference, apply(precision, difference));
}

/** The values of a layer: per head m, proposal i and proposal j. */
export interface ReferenceLayer {
  readonly proposals: ReferenceProposals;
  /** [m][i] */
  readonly gaussians: readonly (readonly ReferenceGaussian[])[];
  /** Scaled dot product [m][i][j]. */
  readonly content: readonly Matrix[];
  /** log G [m][i][j]. */
  readonly logPrior: readonly Matrix[];
  /** α of Eq. 14 [m][i][j]. */
  readonly weights: readonly Matrix[];
  /** α of Eq. 15 [i][start, end][m]. */
  readonly headWeights: readonly Matrix[];
}

export function refine(weights: Weights, config: ModelConfig, before: ReferenceProposals): ReferenceLayer {
  const { heads, hidden, spatial } = config;
  const { locations } = before;
  const all = range(0, locations.length);
  const embedded = embedCategory(weights, config, before); // h'
  const attention = weights.at("attention");
  // One linear layer computes queries, keys and values, each of them head by head.
  const transformed = embedded.map((h) => chunks(linear(attention.at("transform"), h), hidden / heads));
  const byHead = (part: number, m: number) => transformed.map((parts) => parts[part * heads + m]);
  const perHead = range(0, heads).map((m) => {
    const [queries, keys, values] = range(0, 3).map((part) => byHead(part, m));
    const gaussians = queries.map((q, i) => locate(attention.at("locator"), q, locations[i]));
    const content = queries.map((q) => keys.map((k) => dot(q, k) / Math.sqrt(hidden / heads)));
    const logPrior = gaussians.map((gaussian) => locations.map((n) => logGaussian(gaussian, n)));
    const alpha = content.map((row, i) => softmax(spatial ? add(row, logPrior[i]) : row)); //         Eq. 14
    const read = alpha.map((row) => apply(transposed(values), row)); //                         o
    return { gaussians, content, logPrior, alpha, read, scores: read.map((o) => headScores(attention, o)) };
  });
  const headWeights = all.map((i) =>
    [0, 1].map((side) => softmax(perHead.map(({ scores }) => scores[i][side]))),
  ); //                                                                                               Eq. 15
  const moved = all.map((i) =>
    [0, 1].map((side) =>
      sum(
        times(
          headWeights[i][side],
          perHead.map(({ gaussians }) => gaussians[i].center[side]),
        ),
      ),
    ),
  ); //                                                                                               Eq. 16
  const queries = all.map((i) => {
    const output = linear(
      attention.at("output"),
      perHead.flatMap(({ read }) => read[i]),
    ); //                                                                                             Eq. 17
    return update(weights.at("update"), config, embedded[i], output); //                              Eq. 19
  });
  const logits = before.logits.map((c, i) =>
    config.logitIteration ? add(c, mlp(weights.at("classifier"), queries[i])) : c,
  ); //                                                                                               Eq. 20
  return {
    proposals: { queries, locations: config.locationIteration ? moved : locations, logits },
    gaussians: perHead.map(({ gaussians }) => gaussians),
    content: perHead.map(({ content }) => content),
    logPrior: perHead.map(({ logPrior }) => logPrior),
    weights: perHead.map(({ alpha }) => alpha),
    headWeights,
  };
}

const headScores = (attention: Weights, read: Vector): Vector => mlp(attention.at("headScorer"), read);

const transposed = (matrix: Matrix): Matrix => matrix[0].map((_, c) => matrix.map((row) => row[c]));

/** h' = q + αᵀ H^c (Eq. 11) */
function embedCategory(
  weights: Weights,
  { category }: ModelConfig,
  { queries, logits }: ReferenceProposals,
): Matrix {
  if (!category) return queries;
  const types = transposed(weights.matrix("types")); // stored as one row per class
  return queries.map((q, i) => add(q, apply(types, softmax(logits[i]))));
}

/** Gate(h', q') (Eq. 18–19), or the ablation that replaces it. */
function update(weights: Weights, config: ModelConfig, state: Vector, input: Vector): Vector {
  if (config.update === "gate") {
    const lines = (part: "input" | "state", x: Vector) => chunks(linear(weights.at(part), x), config.hidden);
    return gate(lines("input", input), lines("state", state), state);
  }
  if (config.update === "residual") return layerNorm(weights.at("norm"), add(state, input));
  const query = layerNorm(weights.at("before"), add(state, input));
  const fed = linear(weights.at("outer"), linear(weights.at("inner"), query).map(gelu));
  return layerNorm(weights.at("after"), add(query, fed));
}
