import * as tf from "@tensorflow/tfjs-core";
import { encodeSafetensors, type StoredTensor } from "../../src/base/safetensors";
import { BertEncoder, type BertInput, toHuggingFaceName } from "../../src/bert";
import { Random, scoped, valueAndGradients } from "../../src/engine";
import { noDropout, Parameters, readTensor, Scope } from "../../src/nn/parameters";
import { bertSizes } from "./bert";

/** A file like one of the authors for a BERT, with our numbers. It tests the comparison, not the BERT. */
export function ownBert(): Buffer {
  const select = "own:L=2,H=8,A=2,V=9,P=6,I=12,drop=0";
  const { pieces, ...config } = bertSizes(select);
  const random = new Random(3);
  const parameters = new Parameters(random);
  const bert = new BertEncoder(new Scope(parameters), config, pieces);
  const [ids, segments, mask] = [
    [4, 8, 2, 5, 0, 0],
    [0, 1, 1, 0, 0, 0],
    [1, 1, 1, 1, 0, 0],
  ];
  const input: BertInput = { ids: Int32Array.from([...ids, ...ids]), lengths: [6, 6], keys: [4, 4] };
  const whole = (row: readonly number[]): StoredTensor => ({
    shape: [2, 6],
    values: Float32Array.from([...row, ...row]),
  });
  const weight = { shape: [2, 6, 8], values: Float32Array.from({ length: 96 }, () => random.normal()) };
  const tensors = new Map<string, StoredTensor>([
    ["input.input_ids", whole(ids)],
    ["input.attention_mask", whole(mask)],
    ["input.token_type_ids", whole(segments)],
    ["input.weight", weight],
    ["grad.pooler.dense.bias", { shape: [8], values: new Float32Array(8) }],
  ]);
  scoped(() => {
    const { value, gradients } = valueAndGradients(() => {
      const states = bert.states(input, noDropout, Int32Array.from([...segments, ...segments]));
      for (const [layer, state] of states.entries())
        tensors.set(`out.hidden_states.${layer}`, readTensor(state));
      const mean = bert.represent(states);
      tensors.set("out.mean_last4", readTensor(mean));
      return tf.sum(tf.mul(mean, tf.tensor(weight.values, mean.shape, "float32")));
    }, parameters.all);
    tensors.set("out.loss", { shape: [1], values: Float32Array.of(value) });
    for (const [i, name] of parameters.names.entries()) {
      tensors.set(`param.${toHuggingFaceName(name)}`, readTensor(parameters.get(name)));
      tensors.set(`grad.${toHuggingFaceName(name)}`, readTensor(gradients[i]));
    }
  });
  parameters.dispose();
  tensors.get("grad.embeddings.word_embeddings.weight")?.values.fill(0, 0, 8);
  return encodeSafetensors(tensors, { kind: "bert", select });
}
