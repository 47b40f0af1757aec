// The proposer, from the paper's §3.2, for one sentence. Level 0 is the bottom, one token wide.
import type { ModelConfig } from "../../src/config/model-config";
import {
  add,
  biGru,
  gelu,
  layerNorm,
  linear,
  type Matrix,
  mean,
  mlp,
  range,
  softmax,
  sum,
  times,
  type Vector,
  type Weights,
} from "./reference-math";

/** Query q_i, location n_i and category logarithms c_i of each proposal. */
export interface ReferenceProposals {
  readonly queries: Matrix;
  readonly locations: Matrix;
  readonly logits: Matrix;
}

/** v_l (Eq. 5). */
const tokensOfFeature = (kernels: readonly number[], level: number): number =>
  1 - level + sum(kernels.slice(0, level));

/** out_i = Σ_o W_o in_{i+o} + b; `weight` is [outputs, inputs, size]. */
function convolution(weights: Weights, inputs: Matrix, size: number): Matrix {
  const kernel = weights.matrix("weight");
  return range(0, inputs.length - size + 1).map((i) =>
    add(
      weights.vector("bias"),
      kernel.map((row) =>
        sum(range(0, size).flatMap((o) => inputs[i + o].map((value, c) => row[c * size + o] * value))),
      ),
    ),
  );
}

/** Spreads each input i over the positions i … i + size - 1; `weight` is [inputs, outputs, size]. */
function transposedConvolution(weights: Weights, inputs: Matrix, size: number): Matrix {
  const kernel = weights.matrix("weight");
  const outputs = range(0, inputs.length + size - 1).map(() => [...weights.vector("bias")]);
  inputs.forEach((input, i) => {
    for (const o of range(0, size)) {
      for (const k of range(0, outputs[0].length)) {
        outputs[i + o][k] += sum(input.map((value, c) => value * kernel[c][k * size + o]));
      }
    }
  });
  return outputs;
}

/** H_l of every level that the sentence is long enough for (§3.2.1–3.2.2). */
export function pyramid(
  weights: Weights,
  { kernels, backward }: Pick<ModelConfig, "kernels" | "backward">,
  hidden: Matrix,
): Matrix[] {
  const level = (l: number) => weights.at("levels").at(l);
  const top = range(0, kernels.length + 1).findLast((l) => tokensOfFeature(kernels, l) <= hidden.length)!;

  const forwards: Matrix[] = [];
  let input = hidden;
  for (const l of range(0, top + 1)) {
    const block = level(l).at("forward");
    const states = biGru(
      block.at("gru"),
      input.map((x) => layerNorm(block.at("norm"), x)),
    );
    forwards[l] = states.map((state) => linear(block.at("linear"), state)); // Eq. 6, line 1
    if (l < top) {
      input = convolution(level(l + 1).at("convolution"), forwards[l], kernels[l]).map((x) => x.map(gelu)); // line 2
    }
  }

  const features: Matrix[] = [];
  let above = forwards[top]; // not in the paper: the highest level gets its own forward features
  for (const l of range(0, top + 1).reverse()) {
    const block = level(l).at("backward");
    const feedback = backward
      ? biGru(
          block.at("gru"),
          above.map((x) => layerNorm(block.at("norm"), x)),
        )
      : forwards[l].map(() => []);
    const pooled = forwards[l].map((_, i) => mean(hidden.slice(i, i + tokensOfFeature(kernels, l))));
    features[l] = forwards[l].map((forward, i) => {
      const joined = [...forward, ...feedback[i]]; // Eq. 7, line 1
      return layerNorm(level(l).at("norm"), add(pooled[i], linear(level(l).at("output"), joined))); // line 2
    });
    if (backward && l > 0) {
      above = transposedConvolution(level(l).at("transposed"), features[l], kernels[l - 1]).map((x) =>
        x.map(gelu),
      ); // line 3
    }
  }
  return features;
}

/** §3.2.3 */
export function propose(
  weights: Weights,
  config: Pick<ModelConfig, "kernels" | "backward">,
  hidden: Matrix,
): ReferenceProposals {
  const levels = pyramid(weights.at("pyramid"), config, hidden);
  const features = levels.flatMap((level, l) =>
    level.map((feature, i) => ({
      span: [i, i + tokensOfFeature(config.kernels, l) - 1],
      scores: mlp(weights.at("scorer"), feature),
    })),
  );
  const locations = hidden.map((_, j): Vector => {
    const around = features.filter(({ span: [start, end] }) => start <= j && j <= end); // N_j
    return [0, 1].map((side) => {
      const alpha = softmax(around.map(({ scores }) => scores[side])); //                   Eq. 8
      return sum(
        times(
          alpha,
          around.map(({ span }) => span[side]),
        ),
      ); //                                                                                 Eq. 9
    });
  });
  const queries = levels[0];
  return { queries, locations, logits: queries.map((q) => mlp(weights.at("classifier"), q)) }; // Eq. 10
}
