import { InputError } from "../base/errors";
import { floatTypes } from "../base/number-types";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../base/safetensors";

/**
 * How a model's file stores its weights. `f32` keeps every bit. `f16` rounds them to 11 significant bits, in half the space. `int8`
 * stores a matrix as whole numbers from -127 to 127 with one factor per row, in a quarter of the space, and vectors as `f16`.
 */
export type WeightType = "f32" | "f16" | "int8";

export const weightTypes: readonly WeightType[] = ["f32", "f16", "int8"];

/** Suffix of the tensor that holds the factors of an `int8` matrix. No parameter's name contains a colon. */
const factorsSuffix = ":factors";

const largestHalf = 65504;

/** @throws InputError naming a tensor with a value that `type` cannot store */
export function encodeWeights(tensors: ReadonlyMap<string, StoredTensor>, type: WeightType): Buffer {
  if (type === "f32") return encodeSafetensors(tensors);
  for (const [name, { values }] of tensors) {
    const value = values.find((one) => !(Math.abs(one) <= largestHalf));
    if (value !== undefined)
      throw new InputError(`tensor "${name}" has the value ${value}, which ${type} cannot store; use f32`);
  }
  if (type === "f16") return encodeSafetensors(tensors, {}, () => "F16");
  const entries = new Map([...tensors].flatMap(([name, tensor]) => quantized(name, tensor)));
  return encodeSafetensors(entries, {}, (name) => {
    if (entries.has(name + factorsSuffix)) return "I8";
    return name.endsWith(factorsSuffix) ? "F32" : "F16";
  });
}

/** @throws InputError if the file is not what {@link encodeWeights} writes */
export function decodeWeights(file: Uint8Array, source: string): Map<string, StoredTensor> {
  const entries = decodeSafetensors(file, source, [...floatTypes, "I8"]);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { shape, values }] of entries) {
    if (name.endsWith(factorsSuffix)) continue;
    const factors = entries.get(name + factorsSuffix)?.values;
    if (factors && factors.length !== rowsOf(shape))
      throw new InputError(
        `${source}: tensor "${name}" has ${factors.length} factors for ${rowsOf(shape)} rows`,
      );
    if (factors) multiplyRows(values, factors);
    tensors.set(name, { shape, values });
  }
  return tensors;
}

/** A matrix and the factors of its rows; a vector is returned unchanged. */
function quantized(name: string, { shape, values }: StoredTensor): [string, StoredTensor][] {
  if (shape.length < 2) return [[name, { shape, values }]];
  const rows = rowsOf(shape);
  const width = values.length / rows;
  const factors = Float32Array.from({ length: rows }, (_, row) => {
    const largest = values
      .subarray(row * width, (row + 1) * width)
      .reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return largest / 127;
  });
  const inverses = factors.map((factor) => (factor > 0 ? 1 / factor : 0));
  const scaled = values.slice();
  multiplyRows(scaled, inverses);
  return [
    [name, { shape, values: scaled }],
    [name + factorsSuffix, { shape: [rows], values: factors }],
  ];
}

/** Rows along the last axis. */
function rowsOf(shape: readonly number[]): number {
  return shape.slice(0, -1).reduce((product, side) => product * side, 1);
}

function multiplyRows(values: Float32Array, factors: Float32Array): void {
  const width = values.length / factors.length;
  for (let index = 0; index < values.length; index++) values[index] *= factors[Math.floor(index / width)];
}
