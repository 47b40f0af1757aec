import type { StoredTensor } from "../base/safetensors";
import { type Parameters, readTensor } from "../nn/parameters";

/** Where a network keeps its BERT. */
export const bertPrefix = "encoder.bert.";

/** Parameters of a network's BERT, under their names in it; one at a time is copied out of the engine. */
export function* bertWeights(
  parameters: Parameters,
): Generator<readonly [name: string, tensor: StoredTensor]> {
  for (const name of parameters.names) {
    if (name.startsWith(bertPrefix)) yield [name.slice(bertPrefix.length), readTensor(parameters.get(name))];
  }
}
