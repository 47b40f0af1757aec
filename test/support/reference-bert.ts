// BERT's encoder for one input, after Devlin et al. (2019) and Vaswani et al. (2017), slowly and in double precision.
import type { BertConfig } from "../../src/bert";
import {
  add,
  apply,
  chunks,
  dot,
  gelu,
  layerNorm,
  linear,
  type Matrix,
  mean,
  range,
  softmax,
  type Vector,
  type Weights,
} from "./reference-math";

const normalized = (weights: Weights, x: Vector): Vector => layerNorm(weights, x, 1e-12);

/** All hidden states, one row per piece: the embeddings, then the output of each layer. */
export function hiddenStates(
  weights: Weights,
  config: BertConfig,
  ids: readonly number[],
  segments: readonly number[] = ids.map(() => 0),
): Matrix[] {
  const table = weights.at("embedding");
  const row = (name: string, index: number) => table.at(name).matrix("weight")[index];
  const embedded = ids.map((id, i) =>
    normalized(
      table.at("norm"),
      add(add(row("pieces", id), row("positions", i)), row("segments", segments[i])),
    ),
  );
  const states: Matrix[] = [embedded];
  for (const l of range(0, config.layers)) {
    states.push(layer(weights.at("layers").at(l), config, states[l]));
  }
  return states;
}

function layer(weights: Weights, { hidden, heads }: BertConfig, input: Matrix): Matrix {
  const attention = weights.at("attention");
  const width = hidden / heads;
  const [queries, keys, values] = ["query", "key", "value"].map((name) =>
    input.map((x) => chunks(linear(attention.at(name), x), width)),
  );
  return input.map((x, i) => {
    const read = range(0, heads).flatMap((m) => {
      const alpha = softmax(keys.map((key) => dot(queries[i][m], key[m]) / Math.sqrt(width)));
      const columns = range(0, width).map((c) => values.map((value) => value[m][c]));
      return [...apply(columns, alpha)];
    });
    const attended = normalized(attention.at("norm"), add(x, linear(attention.at("output"), read)));
    const fed = linear(weights.at("outer"), linear(weights.at("inner"), attended).map(gelu));
    return normalized(weights.at("norm"), add(attended, fed));
  });
}

/** The vector of each piece. */
export function represent(weights: Weights, config: BertConfig, ids: readonly number[]): Matrix {
  const states = hiddenStates(weights, config, ids);
  const last = config.output === "lastFour" ? states.slice(-4) : states.slice(-1);
  return ids.map((_, i) => mean(last.map((state) => state[i])));
}
