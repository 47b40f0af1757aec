import { InputError, show } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import { nearest } from "../base/schema";
import type { Vocabularies } from "../corpus";
import { type Parameters, readTensor } from "../nn/parameters";
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

/** Parameters with a row for each item of a vocabulary. */
const tables = /^encoder\.(words|characters|pos)\./;

/** Parameters with a row and a column for each tag of a CRF. */
const square = /^crf\.\d+\.transitions$/;

/**
 * Sets the parameters of a new model to those of another one. The rows of new words, characters, tags and types keep their values.
 * @param parameters of a model whose description comes from {@link inheritedTypes} and {@link inheritedVocabularies}
 * @throws InputError naming the first parameter that the other model lacks or has in another shape
 */
export function inheritParameters(
  parameters: Parameters,
  { description, tensors }: Pick<StoredModel, "description" | "tensors">,
  source: string,
): void {
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
    const tensor = tensors.get(name);
    const { shape } = parameters.get(name);
    if (!tensor || !isExtended(shape, tensor.shape, square.test(name)))
      throw new InputError(
        `${source}: ${tensor ? `its parameter ${name} has shape [${tensor.shape}], not [${shape}]` : `has no parameter ${name}`}; leave the model's settings as they are there`,
      );
    const isSame = shape.join() === tensor.shape.join();
    parameters.set(
      name,
      isSame ? tensor : extended(readTensor(parameters.get(name)), tensor, !tables.test(name)),
    );
  }
}

/** Whether `shape` is longer in at most one axis, or in both of a square matrix. */
function isExtended(shape: readonly number[], original: readonly number[], isSquare: boolean): boolean {
  const axes = shape.flatMap((size, axis) => (size === original[axis] ? [] : [axis]));
  return (
    shape.length === original.length &&
    axes.every((axis) => shape[axis] > original[axis]) &&
    axes.length <= (isSquare ? 2 : 1)
  );
}

/**
 * A tensor with the values of a shorter one.
 * @param isLastKept whether the last item of a longer axis, the class None or the tag O, stays the last
 */
function extended(
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
