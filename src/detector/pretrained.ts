import { InputError } from "../base/errors";
import { PretrainedBert, writePretrained } from "../bert";
import { bertPrefix, bertWeights } from "./bert-weights";
import type { EntityDetector } from "./entity-detector";

/**
 * Gives a model's BERT the weights of the pre-trained one that its config names; does nothing where it names none.
 * @throws InputError when that is missing, damaged or of other sizes
 */
export function loadPretrained({ description, network }: EntityDetector): void {
  const { bert } = description.model;
  if (bert === null || bert.from === null) return;
  const { parameters } = network;
  const own = parameters.names.filter((name) => name.startsWith(bertPrefix));
  const shapes = new Map(own.map((name) => [name.slice(bertPrefix.length), parameters.get(name).shape]));
  new PretrainedBert(bert.from).load(shapes, (name, tensor) => parameters.set(bertPrefix + name, tensor));
}

/**
 * Writes a model's BERT, with its vocabulary, as a folder in Hugging Face's format.
 * @throws InputError when the model has none
 */
export function savePretrained({ description, network }: EntityDetector, folder: string): void {
  const { model, vocabularies } = description;
  if (!model.bert || !vocabularies.pieces) throw new InputError(`${folder}: the model has no BERT to write`);
  writePretrained(folder, model.bert, vocabularies.pieces, new Map(bertWeights(network.parameters)));
}
