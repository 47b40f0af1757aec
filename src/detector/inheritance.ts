import { InputError, show } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import { nearest } from "../base/schema";
import type { Vocabularies } from "../corpus";
import { type Parameters, readTensor } from "../nn/parameters";
import { type ModelDescription, type StoredModel, vocabulariesOf } from "./storage";
import { placeVectors } from "./word-vectors";

/** Names in the new corpus of entity types that the model has under other names: `{ GENE: "protein" }`. */
export type RenamedTypes = Readonly<Record<string, string>>;

/**
 * The types of a model that starts from another one: the other's, renamed, then those that are new.
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
    // Gives the rows of new words the spread of the vectors. The rows of known words follow below.
    placeVectors(
      parameters,
      { source: { dimension }, values: words.values.subarray(dimension) },
      wordVectors,
    );
  }
  for (const name of parameters.names) {
    const stored = tensors.get(name);
    const { shape } = parameters.get(name);
    const axis = stored && extendedAxis(shape, stored.shape);
    if (!stored || axis === undefined)
      throw new InputError(
        `${source}: ${stored ? `its parameter ${name} has shape [${stored.shape}], not [${shape}]` : `has no parameter ${name}`}; leave the model's settings as they are there`,
      );
    const isSame = shape[axis] === stored.shape[axis];
    parameters.set(
      name,
      isSame ? stored : extended(readTensor(parameters.get(name)), stored, axis, !tables.test(name)),
    );
  }
}

/** The only axis in which `shape` is longer, or the first if the shapes are equal; `undefined` if the shapes do not fit. */
function extendedAxis(shape: readonly number[], stored: readonly number[]): number | undefined {
  const axes = shape.flatMap((size, axis) => (size === stored[axis] ? [] : [axis]));
  if (shape.length !== stored.length || axes.length > 1) return undefined;
  const [axis = 0] = axes;
  return shape.length === 0 || shape[axis] >= stored[axis] ? axis : undefined;
}

/**
 * A tensor with the values of a shorter one.
 * @param isLastKept whether the last item, the class None, stays the last
 */
function extended(
  { shape, values }: StoredTensor,
  stored: StoredTensor,
  axis: number,
  isLastKept: boolean,
): StoredTensor {
  const inner = shape.slice(axis + 1).reduce((product, side) => product * side, 1);
  const [size, storedSize] = [shape[axis], stored.shape[axis]];
  const outer = values.length / (size * inner);
  for (let block = 0; block < outer; block++) {
    for (let item = 0; item < storedSize; item++) {
      const target = isLastKept && item === storedSize - 1 ? size - 1 : item;
      const from = (block * storedSize + item) * inner;
      values.set(stored.values.subarray(from, from + inner), (block * size + target) * inner);
    }
  }
  return { shape, values };
}
