import { InputError } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import { isAdapterName, mergeAdapters, PretrainedBert, writePretrained } from "../bert";
import { type Parameters, readTensor } from "../nn/parameters";
import type { Architecture } from "./architecture";
import type { ModelDescription } from "./storage";

/** Path of a model's BERT. */
export const bertPrefix = "encoder.bert.";

/** The parameters of a model's BERT under their names in it, copied out of the engine one at a time. */
export function* bertTensors(
  parameters: Parameters,
): Generator<readonly [name: string, tensor: StoredTensor]> {
  for (const name of parameters.names) {
    if (name.startsWith(bertPrefix)) yield [name.slice(bertPrefix.length), readTensor(parameters.get(name))];
  }
}

interface Model {
  readonly description: ModelDescription;
  readonly architecture: Pick<Architecture, "parameters">;
}

/**
 * Loads the weights of the pre-trained BERT that the model's config names. Does nothing if it names none.
 * @throws InputError if the pre-trained BERT is missing, damaged, or has other sizes
 */
export function loadPretrained({ description, architecture: { parameters } }: Model): void {
  const { bert } = description.model;
  if (bert === null || bert.from === null) return;
  const names = parameters.names.filter((name) => name.startsWith(bertPrefix) && !isAdapterName(name));
  const shapes = new Map(names.map((name) => [name.slice(bertPrefix.length), parameters.get(name).shape]));
  new PretrainedBert(bert.from).load(shapes, (name, tensor) => parameters.set(bertPrefix + name, tensor));
}

/**
 * Writes a model's BERT, with its vocabulary, as a folder in Hugging Face's format. Adapters are merged into the weights.
 * @throws InputError if the model has no BERT
 */
export function savePretrained({ description, architecture }: Model, folder: string): void {
  const { model, vocabularies } = description;
  if (!model.bert || !vocabularies.pieces) throw new InputError(`${folder}: the model has no BERT to write`);
  const tensors = mergeAdapters(bertTensors(architecture.parameters), model.bert.adapter);
  writePretrained(folder, model.bert, vocabularies.pieces, tensors);
}
