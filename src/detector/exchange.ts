import { InputError } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import type { TensorType } from "../base/safetensors-header";
import { releasedReading } from "../bert/bert-config";
import { type ModelConfig, releasedModel } from "../config/model-config";
import { requirePaper } from "./architecture";
import { releasedBert, releasedTensor } from "./released-names";

/** Shapes of parameters by name. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * Embedding tables whose first row, that of unknown items, the released code lacks. Its table of words has such a row, also as
 * the first one.
 */
const tablesWithoutUnknown: readonly string[] = ["encoder.characters.embedding.weight", "encoder.pos.weight"];

/** Tensors of the released code's BERT that the model does not use: the pooler, and a table of the integers 0, 1, 2 …. */
const pooler = /^encoder\.embedding\.token2vec\.pretrain\.pooler\.dense\.(weight|bias)$/;
const positions = `${releasedBert}embeddings.position_ids`;
const isUnused = (name: string): boolean => pooler.test(name) || name === positions;

/** The parameters whose rows a released tensor holds, in their order, and its shape. */
interface TensorParts {
  readonly parts: string[];
  readonly shape: readonly number[];
}

/** A key of a model, its value in the released code, and its value here. */
type KeyValues = readonly [key: string, released: unknown, here: unknown];

/**
 * Checks that the released code computes the same from a sentence's embeddings. The padding leak may differ: a sentence that is
 * predicted by itself, as in the released code, has no padding.
 * @throws InputError naming each key in which they differ
 */
export function checkReleased(model: ModelConfig, source: string): void {
  requirePaper(model, source);
  const { paddingLeak, bertContext, wordFallback, maxCharacters, ...decisive } = releasedModel;
  const { bert } = model;
  const differences = differing([
    ...Object.entries(decisive).map(([key, value]) => [key, value, model[key as keyof ModelConfig]] as const),
    ...(bert
      ? ([
          ["bert.family", "bert", bert.family],
          ["hidden", bert.hidden, model.hidden],
          ["bert.output", "lastFour", bert.output],
        ] as const)
      : []),
  ]);
  if (differences.length) {
    throw new InputError(`${source}: not a model of the released code, which has ${enumerate(differences)}`);
  }
}

/**
 * Keys in which this model reads text differently from the released code, with the values there. The weights can be exchanged,
 * but the predictions differ. Every model of the released code has a BERT.
 */
export function differentReading(model: ModelConfig): string[] {
  const { bert, embedding, wordVectors } = model;
  const { bertContext, wordFallback, maxCharacters } = releasedModel;
  const words: KeyValues = wordVectors
    ? ["wordVectors.fallback", wordFallback, wordVectors.fallback]
    : ["wordFallback", wordFallback, model.wordFallback];
  return differing([
    ...(embedding.words ? [words] : []),
    ...(embedding.characters ? [["maxCharacters", maxCharacters, model.maxCharacters] as const] : []),
    ...(bert
      ? ([
          ["bertContext", bertContext, model.bertContext],
          ["bert.context.evaluation", releasedReading.context.evaluation, bert.context.evaluation],
          ["bert.replace.accents", releasedReading.replace.accents, bert.replace.accents],
          ["bert.replace.punctuation", releasedReading.replace.punctuation, bert.replace.punctuation],
        ] as const)
      : []),
  ]);
}

/** 'model.pool "max"' for each key whose values differ. */
function differing(keys: readonly KeyValues[]): string[] {
  return keys
    .map(([key, released, here]) => [key, JSON.stringify(released), JSON.stringify(here)])
    .filter(([, released, here]) => released !== here)
    .map(([key, released]) => `model.${key} ${released}`);
}

/**
 * Checks names, types and shapes of a `state_dict` against a model's parameters.
 * @throws InputError naming every tensor that is missing, unknown, or has another shape or type
 */
export function checkState(entries: ReadonlyMap<string, TensorType>, shapes: Shapes, source: string): void {
  const bert = [...entries.keys()].filter((name) => name.startsWith(releasedBert));
  if (bert.length && !hasBert(shapes)) {
    throw new InputError(
      `${source}: ${bert.length} tensors such as "${bert[0]}" belong to a BERT, which this config lacks; set model.bert`,
    );
  }
  const expected = releasedTensors(shapes);
  const missing = [...expected].filter(([name]) => !entries.has(name));
  const wrong = [...expected].flatMap(([name, { shape }]) => {
    const entry = entries.get(name);
    if (!entry || (entry.dtype === "F32" && entry.shape.join() === shape.join())) return [];
    return [`"${name}" is ${entry.dtype} [${entry.shape}], not F32 [${shape}]`];
  });
  const extra = [...entries.keys()].filter((name) => !expected.has(name) && !isUnused(name));
  const problems = [
    ...(missing.length
      ? [`missing ${enumerate(missing.map(([name, { shape }]) => `"${name}" [${shape}]`))}`]
      : []),
    ...(wrong.length ? [enumerate(wrong)] : []),
    ...(extra.length ? [`unknown ${enumerate(extra.map((name) => `"${name}"`))}`] : []),
  ];
  if (problems.length) {
    throw new InputError(
      `${source}: does not fit this config and these vocabularies: ${problems.join("; ")}`,
    );
  }
}

/** Our parameters as a `state_dict` of the released code, its BERT's pooler 0, and the rows of unknown items that it lacks. */
export function toReleased(parameters: ReadonlyMap<string, StoredTensor>): {
  state: Map<string, StoredTensor>;
  unknown: Map<string, Float32Array>;
} {
  const state = new Map<string, StoredTensor>();
  const unknown = new Map<string, Float32Array>();
  const shapes = new Map([...parameters].map(([name, { shape }]) => [name, shape]));
  for (const [name, { parts, shape }] of releasedTensors(shapes)) {
    const values = new Float32Array(sizeOf(shape));
    let offset = 0;
    for (const parameter of parts) {
      const tensor = parameters.get(parameter) as StoredTensor;
      const row = unknownRowSize(parameter, tensor.shape);
      if (row) unknown.set(parameter, tensor.values.slice(0, row));
      values.set(tensor.values.subarray(row), offset);
      offset += tensor.values.length - row;
    }
    state.set(name, { shape, values });
  }
  for (const [name, shape] of poolerShapes(shapes)) {
    state.set(name, { shape, values: new Float32Array(sizeOf(shape)) });
  }
  return { state, unknown };
}

/** A parameter as wide as BERT. */
const bertNorm = "encoder.bert.embedding.norm.weight";
const hasBert = (shapes: Shapes): boolean => shapes.has(bertNorm);

/** The released code does not load a `state_dict` without a pooler. */
function poolerShapes(shapes: Shapes): [name: string, shape: readonly number[]][] {
  const [width] = shapes.get(bertNorm) ?? [];
  if (width === undefined) return [];
  return [
    [`${releasedBert}pooler.dense.weight`, [width, width]],
    [`${releasedBert}pooler.dense.bias`, [width]],
  ];
}

/**
 * Our parameters from a `state_dict` that {@link checkState} has passed.
 * @param read reads a tensor of the `state_dict`; called once for each that the model uses
 * @param unknown rows of unknown characters and tags, which the released code lacks. Default: the mean of the table's rows
 */
export function fromReleased(
  read: (name: string) => StoredTensor,
  shapes: Shapes,
  unknown: ReadonlyMap<string, Float32Array> = new Map(),
): Map<string, StoredTensor> {
  const parameters = new Map<string, StoredTensor>();
  for (const [name, { parts }] of releasedTensors(shapes)) {
    const { values } = read(name);
    let offset = 0;
    for (const parameter of parts) {
      const shape = shapes.get(parameter) as readonly number[];
      const row = unknownRowSize(parameter, shape);
      const result = new Float32Array(sizeOf(shape));
      const part = values.subarray(offset, offset + result.length - row);
      result.set(part, row);
      const unknownRow = unknown.get(parameter);
      if (row) result.set(unknownRow?.length === row ? unknownRow : meanRow(part, row));
      parameters.set(parameter, { shape, values: result });
      offset += part.length;
    }
  }
  return new Map([...shapes.keys()].map((name) => [name, parameters.get(name) as StoredTensor]));
}

function meanRow(rows: Float32Array, width: number): Float32Array {
  const count = rows.length / width;
  return Float32Array.from({ length: width }, (_, column) => {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += rows[row * width + column];
    return count ? sum / count : 0;
  });
}

/** The released code's tensors for these parameters, in the order of the parameters. */
function releasedTensors(shapes: Shapes): Map<string, TensorParts> {
  const tensors = new Map<string, TensorParts>();
  for (const [parameter, shape] of shapes) {
    const released = releasedTensor(parameter);
    if (!released) throw new InputError(`the released code has no tensor for "${parameter}"`);
    const [rows, ...row] = shape;
    const count = rows - (unknownRowSize(parameter, shape) ? 1 : 0);
    const tensor = tensors.get(released.name) ?? { parts: [], shape: [0, ...row] };
    tensor.parts[released.part] = parameter;
    tensors.set(released.name, { parts: tensor.parts, shape: [tensor.shape[0] + count, ...row] });
  }
  return tensors;
}

/** Numbers in the row of unknown items, if the released code lacks it; else 0. */
function unknownRowSize(parameter: string, [, width]: readonly number[]): number {
  return tablesWithoutUnknown.includes(parameter) ? width : 0;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/** The first five items, and the number of the others. */
function enumerate(items: readonly string[]): string {
  const others = items.length - 5;
  return items.slice(0, 5).join(", ") + (others > 0 ? ` and ${others} more` : "");
}
