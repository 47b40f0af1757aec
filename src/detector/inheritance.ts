import { isDeepStrictEqual } from "node:util";
import { InputError, show } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import { nearest } from "../base/schema";
import { isAdapterName, mergeAdapters } from "../bert/adapter";
import type { Vocabularies } from "../corpus";
import { readTensor } from "../nn/parameters";
import type { Predictor } from "./predictor";
import { type ModelDescription, type StoredModel, vocabulariesOf } from "./storage";
import { placeVectors } from "./word-vectors";

/** Entity types of the new corpus that have another name in the model: `{ GENE: "protein" }`. */
export type RenamedTypes = Readonly<Record<string, string>>;

/**
 * The types of a model that starts from another one: first that model's types, renamed, then the new ones.
 * @param source names the renaming in messages
 * @throws InputError if the corpus or the model lacks a type, or if the renaming gives two types one name
 */
export function inheritedTypes(
  types: readonly string[],
  corpusTypes: readonly string[],
  renamed: RenamedTypes,
  source: string,
): string[] {
  const names = new Map<string, string>();
  for (const [name, old] of Object.entries(renamed)) {
    const fail = (problem: string): never => {
      throw new InputError(`${source}: ${name}=${old}: ${problem}`);
    };
    if (!types.includes(old)) fail(`the model has no type ${show(old)}${nearest(old, types)}`);
    if (!corpusTypes.includes(name))
      fail(`the corpus has no type ${show(name)}${nearest(name, corpusTypes)}`);
    if (types.includes(name)) fail(`the model already has a type ${show(name)}`);
    if (names.has(old)) fail(`${show(old)} is renamed twice`);
    names.set(old, name);
  }
  const inherited = types.map((type) => names.get(type) ?? type);
  return [...inherited, ...corpusTypes.filter((type) => !inherited.includes(type))];
}

/** A model's vocabularies with the new items of others at their ends. The pieces of a BERT stay. */
export function inheritedVocabularies(
  { model, vocabularies }: ModelDescription,
  others: Vocabularies,
): Vocabularies {
  const extended = (name: "words" | "characters" | "pos"): string[] => {
    const items = vocabularies[name];
    return [...items.toJSON(), ...others[name].toJSON().filter((item) => !items.has(item))];
  };
  const { words, characters, pos } = vocabulariesOf(
    { words: extended("words"), characters: extended("characters"), pos: extended("pos") },
    model,
  );
  return { ...vocabularies, words, characters, pos };
}

/** Parameters of the embeddings of words, characters and tags. Their tables have a row for each item of the vocabulary. */
const table = /^encoder\.(words|characters|pos)\./;

/**
 * Sets the parameters of a new model to those of another one. The rows of new words, characters, tags and types keep their values.
 * If the models have different adapters, the other one's is merged into the fixed weights, and the new one keeps its values.
 * @param detector the new model; its description comes from {@link inheritedTypes} and {@link inheritedVocabularies}
 * @throws InputError naming the first parameter that only one of the models has, or that has another shape
 */
export function inheritParameters(
  { architecture: { parameters }, description: extended }: Pick<Predictor, "architecture" | "description">,
  { description, tensors }: Pick<StoredModel, "description" | "tensors">,
  source: string,
): void {
  const problem = (text: string): InputError =>
    new InputError(`${source}: ${text}; leave the model's settings as they are there`);
  const [adapter, newAdapter] = [description, extended].map(({ model }) => model.bert?.adapter ?? null);
  const isSameAdapter = isDeepStrictEqual(adapter, newAdapter);
  const inherited = isSameAdapter ? tensors : mergeAdapters(tensors, adapter);
  const unused = [...inherited.keys()].find((name) => !parameters.names.includes(name));
  if (unused !== undefined) throw problem(`has a parameter ${unused}, which the new model lacks`);
  const { wordVectors } = description.model;
  const words = tensors.get("encoder.words.weight");
  if (wordVectors && words) {
    const [, dimension] = words.shape;
    // Gives the rows of new words the standard deviation of the vectors. The rows of the old words are set below.
    placeVectors(
      parameters,
      { source: { dimension }, values: words.values.subarray(dimension) },
      wordVectors,
    );
  }
  for (const name of parameters.names) {
    const tensor = inherited.get(name);
    if (!tensor && !isSameAdapter && isAdapterName(name)) continue;
    if (!tensor) throw problem(`has no parameter ${name}`);
    const variable = parameters.get(name);
    const rows = table.exec(name)?.[1] as "words" | "characters" | "pos" | undefined;
    const [originals, sizes] = [description, extended].map((one) =>
      rows ? [one.vocabularies[rows].size] : classCounts(one.types.length),
    );
    const isExtension = (size: number, original: number): boolean =>
      originals.includes(original) && sizes[originals.indexOf(original)] === size;
    if (!isExtended(variable.shape, tensor.shape, isExtension))
      throw problem(`its parameter ${name} has shape [${tensor.shape}], not [${variable.shape}]`);
    const isSame = variable.shape.join() === tensor.shape.join();
    parameters.set(name, isSame ? tensor : extendedTensor(readTensor(variable), tensor, !rows));
  }
}

/** The lengths of axes that grow with the types: T + 1 classes, with None, and the 4 T + 1 tags of a CRF. */
function classCounts(types: number): number[] {
  return [types + 1, 4 * types + 1];
}

/** Whether each axis has its original length, or one that extends it. */
function isExtended(
  shape: readonly number[],
  original: readonly number[],
  isExtension: (size: number, original: number) => boolean,
): boolean {
  return (
    shape.length === original.length &&
    shape.every((size, axis) => size === original[axis] || isExtension(size, original[axis]))
  );
}

/**
 * A tensor with the values of a shorter one.
 * @param isLastKept whether the last item of a longer axis, the class None or the tag O, stays the last
 */
function extendedTensor(
  { shape, values }: StoredTensor,
  original: StoredTensor,
  isLastKept: boolean,
): StoredTensor {
  for (const [from, value] of original.values.entries()) {
    let [rest, stride, to] = [from, 1, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [size, storedSize] = [shape[axis], original.shape[axis]];
      const item = rest % storedSize;
      const isMoved = isLastKept && size > storedSize && item === storedSize - 1;
      to += stride * (isMoved ? size - 1 : item);
      rest = Math.floor(rest / storedSize);
      stride *= size;
    }
    values[to] = value;
  }
  return { shape, values };
}
