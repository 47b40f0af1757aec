import { InputError } from "../base/errors";
import type { StoredTensor } from "../base/safetensors";
import type { TensorType } from "../base/safetensors-header";
import { type ModelConfig, releasedDifferences, releasedReading } from "../config/model";
import { releasedBert, releasedPlace } from "./released-names";

/** Shapes of parameters under their names. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/** First rows, those of everything unknown, of the embedding tables that have no such row in the released code. */
export type UnknownRows = ReadonlyMap<string, Float32Array>;

/** The table of words has its row there too: an unknown word takes the first. */
const tables: readonly string[] = ["encoder.characters.embedding.weight", "encoder.pos.weight"];

/**
 * Tensors of the released code's BERT that the model does not use: the pooler, whose output nothing takes, and a table of the
 * integers 0, 1, 2 …. They are never decoded.
 */
const pooler = /^encoder\.embedding\.token2vec\.pretrain\.pooler\.dense\.(weight|bias)$/;
const positions = `${releasedBert}embeddings.position_ids`;
const isIdle = (name: string): boolean => pooler.test(name) || name === positions;

/** A tensor of the released code, and the parameters of ours whose rows it holds, one after the other. */
interface Piece {
  readonly parts: string[];
  readonly shape: readonly number[];
}

/** A key of a model, its value in the released code, and its value here. */
type Compared = readonly [key: string, released: unknown, here: unknown];

/**
 * Checks that the released code computes what this model computes of a sentence's embeddings. The padding leak is allowed either
 * way: a sentence that is predicted by itself, as the released code does, has no padding.
 * @throws InputError naming each key in which it does not
 */
export function checkReleased(model: ModelConfig, source: string): void {
  const { paddingLeak, bertContext, wordFallback, maxCharacters, ...decisive } = releasedDifferences;
  const { bert } = model;
  const others = differing([
    ...Object.entries(decisive).map(([key, value]) => [key, value, model[key as keyof ModelConfig]] as const),
    ...(bert
      ? ([
          ["hidden", bert.hidden, model.hidden],
          ["bert.output", "lastFour", bert.output],
        ] as const)
      : []),
  ]);
  if (others.length) {
    throw new InputError(`${source}: not a model of the released code, which has ${enumerate(others)}`);
  }
}

/**
 * Keys in which this model reads text differently from the released code, with the values there; the weights fit all the same,
 * but the predictions differ. The released code has no model without a BERT.
 */
export function differentReading(model: ModelConfig): string[] {
  const { bert, embedding, wordVectors } = model;
  const { bertContext, wordFallback, maxCharacters } = releasedDifferences;
  const words: Compared = wordVectors
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

/** `model.pool "max"` for each key whose values differ. */
function differing(keys: readonly Compared[]): string[] {
  return keys
    .map(([key, released, here]) => [key, JSON.stringify(released), JSON.stringify(here)])
    .filter(([, released, here]) => released !== here)
    .map(([key, released]) => `model.${key} ${released}`);
}

/**
 * Checks names, types and shapes of a `state_dict` against a model's parameters.
 * @throws InputError that names every tensor that is missing, of another shape or type, or too many
 */
export function checkState(entries: ReadonlyMap<string, TensorType>, shapes: Shapes, source: string): void {
  const bert = [...entries.keys()].filter((name) => name.startsWith(releasedBert));
  if (bert.length && !hasBert(shapes)) {
    throw new InputError(
      `${source}: ${bert.length} tensors such as "${bert[0]}" are of a BERT, which this config lacks; set model.bert`,
    );
  }
  const wanted = piecesOf(shapes);
  const missing = [...wanted].filter(([name]) => !entries.has(name));
  const wrong = [...wanted].flatMap(([name, { shape }]) => {
    const entry = entries.get(name);
    if (!entry || (entry.dtype === "F32" && entry.shape.join() === shape.join())) return [];
    return [`"${name}" is ${entry.dtype} [${entry.shape}], not F32 [${shape}]`];
  });
  const extra = [...entries.keys()].filter((name) => !wanted.has(name) && !isIdle(name));
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

/** Our parameters as a `state_dict` of the released code (its BERT's pooler 0), and the rows that it has no place for. */
export function toReleased(parameters: ReadonlyMap<string, StoredTensor>): {
  state: Map<string, StoredTensor>;
  unknown: Map<string, Float32Array>;
} {
  const state = new Map<string, StoredTensor>();
  const unknown = new Map<string, Float32Array>();
  const shapes = new Map([...parameters].map(([name, { shape }]) => [name, shape]));
  for (const [name, { parts, shape }] of piecesOf(shapes)) {
    const values = new Float32Array(sizeOf(shape));
    let at = 0;
    for (const own of parts) {
      const tensor = parameters.get(own) as StoredTensor;
      const row = rowSize(own, tensor.shape);
      if (row) unknown.set(own, tensor.values.slice(0, row));
      values.set(tensor.values.subarray(row), at);
      at += tensor.values.length - row;
    }
    state.set(name, { shape, values });
  }
  for (const [name, shape] of poolerShapes(shapes)) {
    state.set(name, { shape, values: new Float32Array(sizeOf(shape)) });
  }
  return { state, unknown };
}

const hasBert = (shapes: Shapes): boolean => shapes.has(widthOfBert);
const widthOfBert = "encoder.bert.embedding.norm.weight";

/** The released code does not load a `state_dict` without them. */
function poolerShapes(shapes: Shapes): [name: string, shape: readonly number[]][] {
  const [width] = shapes.get(widthOfBert) ?? [];
  if (width === undefined) return [];
  return [
    [`${releasedBert}pooler.dense.weight`, [width, width]],
    [`${releasedBert}pooler.dense.bias`, [width]],
  ];
}

/**
 * Our parameters from a `state_dict` that {@link checkState} has passed.
 * @param read a tensor of the `state_dict`; called once for each that the model uses
 * @param unknown rows for unknown characters and tags, where the released code fails; a table without one gets the mean of its rows
 */
export function fromReleased(
  read: (name: string) => StoredTensor,
  shapes: Shapes,
  unknown: UnknownRows = new Map(),
): Map<string, StoredTensor> {
  const parameters = new Map<string, StoredTensor>();
  for (const [name, { parts }] of piecesOf(shapes)) {
    const { values } = read(name);
    let at = 0;
    for (const own of parts) {
      const shape = shapes.get(own) as readonly number[];
      const row = rowSize(own, shape);
      const result = new Float32Array(sizeOf(shape));
      const part = values.subarray(at, at + result.length - row);
      result.set(part, row);
      const given = unknown.get(own);
      if (row) result.set(given?.length === row ? given : meanRow(part, row));
      parameters.set(own, { shape, values: result });
      at += part.length;
    }
  }
  return new Map([...shapes.keys()].map((own) => [own, parameters.get(own) as StoredTensor]));
}

function meanRow(rows: Float32Array, width: number): Float32Array {
  const count = rows.length / width;
  return Float32Array.from({ length: width }, (_, column) => {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += rows[row * width + column];
    return count ? sum / count : 0;
  });
}

/** What the released code calls these parameters, in the order of ours. */
function piecesOf(shapes: Shapes): Map<string, Piece> {
  const pieces = new Map<string, Piece>();
  for (const [own, shape] of shapes) {
    const place = releasedPlace(own);
    if (!place) throw new InputError(`the released code has no tensor for "${own}"`);
    const [rows, ...row] = shape;
    const count = rows - (rowSize(own, shape) ? 1 : 0);
    const piece = pieces.get(place.name) ?? { parts: [], shape: [0, ...row] };
    piece.parts[place.part] = own;
    pieces.set(place.name, { parts: piece.parts, shape: [piece.shape[0] + count, ...row] });
  }
  return pieces;
}

/** Numbers in the row for what is unknown that the released code lacks; 0 for a parameter that has none. */
function rowSize(own: string, [, width]: readonly number[]): number {
  return tables.includes(own) ? width : 0;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

const enumerated = 5;

/** The first few of a list, and how many more there are. */
function enumerate(items: readonly string[]): string {
  const rest = items.length - enumerated;
  return items.slice(0, enumerated).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
