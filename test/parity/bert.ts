import * as tf from "@tensorflow/tfjs-core";
import type { StoredTensor } from "../../src/base/safetensors";
import { type BertConfig, BertEncoder, bertSchema, toHuggingFaceName } from "../../src/bert";
import { Random, valueAndGradients } from "../../src/engine";
import { noDropout, Parameters, readTensor, Scope } from "../../src/nn/parameters";
import { type Golden, single } from "./golden";
import { compareGradients, isUnused } from "./gradients";
import { farthest, type Tally } from "./tally";
import { lossTolerance, outputTolerance } from "./tolerances";

/** The BERT of one of the authors' tests, from sizes such as "L=2,H=32,A=4,V=60,P=16,I=64,drop=0". */
export function bertSizes(text: string): BertConfig & { readonly pieces: number } {
  const sizes = Object.fromEntries(
    text.split(",").map((part) => part.replace(/^.*:/, "").split("=")),
  ) as Record<string, string>;
  const [layers, hidden, heads, pieces, positions, intermediate] = [..."LHAVPI"].map((key) =>
    Number(sizes[key]),
  );
  return { ...bertSchema.parse({ layers, hidden, heads, positions, intermediate, dropout: 0 }), pieces };
}

/** Compares the hidden states of BERT's encoder, the mean of the last four, and its weighted sum with gradients. */
export function checkBert(golden: Golden, tally: Tally): void {
  const { pieces, ...config } = bertSizes(golden.text("select"));
  const [ids, mask, segments] = ["input_ids", "attention_mask", "token_type_ids"].map((name) =>
    golden.tensor(`input.${name}`),
  );
  const [batch, length] = ids.shape;
  const input = {
    ids: Int32Array.from(ids.values),
    lengths: new Array<number>(batch).fill(length),
    keys: Array.from({ length: batch }, (_, row) =>
      mask.values.subarray(row * length, (row + 1) * length).reduce((sum, one) => sum + one, 0),
    ),
  };
  const weight = single(golden.tensor("input.weight"));
  const parameters = new Parameters(new Random(1));
  const bert = new BertEncoder(new Scope(parameters), config, pieces);
  const theirNames = new Map(parameters.names.map((name) => [name, toHuggingFaceName(name) as string]));
  try {
    for (const [ours, theirs] of theirNames) parameters.set(ours, single(golden.tensor(`param.${theirs}`)));
    const counterparts = new Set(theirNames.values());
    for (const name of golden.withPrefix("param.").keys()) {
      tally.require(counterparts.has(name) || isUnused(name), `param.${name} has no counterpart`);
    }
    const { value, gradients } = valueAndGradients(() => {
      const states = bert.states(input, noDropout, Int32Array.from(segments.values));
      for (const [layer, state] of states.entries()) {
        compare(golden, tally, `out.hidden_states.${layer}`, readTensor(state));
      }
      const mean = bert.represent(states);
      compare(golden, tally, "out.mean_last4", readTensor(mean));
      return tf.sum(tf.mul(mean, tf.tensor(weight.values, mean.shape, "float32")));
    }, parameters.all);
    // Each of the summed numbers rounds separately.
    const tolerance = lossTolerance * Math.sqrt(weight.values.length);
    tally.add("loss", "out.loss", farthest([value], golden.tensor("out.loss").values), tolerance);
    const ours = parameters.names.map((name, i): [string, StoredTensor] => [
      theirNames.get(name) as string,
      readTensor(gradients[i]),
    ]);
    compareGradients(golden, tally, new Map(withoutPadding(ours)), []);
    tf.dispose(gradients);
  } finally {
    parameters.dispose();
  }
}

/** Clears the gradient of padding, the first row of the piece table: theirs is not trained, and only their test reads it. */
function withoutPadding(gradients: [string, StoredTensor][]): [string, StoredTensor][] {
  for (const [name, { shape, values }] of gradients) {
    if (name === "embeddings.word_embeddings.weight") values.fill(0, 0, shape[1]);
  }
  return gradients;
}

function compare(golden: Golden, tally: Tally, name: string, { values }: StoredTensor): void {
  tally.add("outputs", name, farthest(values, golden.tensor(name).values), outputTolerance);
}
