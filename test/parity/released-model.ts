import { z } from "zod";
import { InputError } from "../../src/base/errors";
import type { StoredTensor } from "../../src/base/safetensors";
import type { Target } from "../../src/criterion/loss";
import { checkState, fromReleased, type Shapes, toReleased } from "../../src/detector/exchange";
import { Random } from "../../src/engine";
import { Network } from "../../src/model/network";
import { Parameters } from "../../src/nn/parameters";
import { type Config, parseConfig } from "../../src/training";
import { type Golden, single } from "./golden";

const schema = z.object({
  hidden_size: z.int(),
  num_heads: z.int(),
  num_layers: z.int(),
  kernels_size: z.array(z.int()),
  dim_feedforward: z.int(),
  types_num: z.int().min(1),
  use_backward: z.boolean(),
  use_category_embed: z.boolean(),
  use_logits_iter: z.boolean(),
  use_locations_iter: z.boolean(),
  use_spatial: z.boolean(),
});

/** The model after the encoder, with the authors' parameters and inputs. */
export interface ReleasedModel {
  readonly config: Config;
  readonly network: Network;
  /** H [batch, L, d] */
  readonly hidden: StoredTensor;
  readonly lengths: readonly number[];
  readonly targets: readonly (readonly Target[])[];
}

/** The model that a file describes. The caller disposes its parameters. @throws InputError if something is missing in the file */
export function releasedModel(golden: Golden): ReleasedModel {
  const theirs = golden.json("config", schema);
  const config = parseConfig(
    {
      variant: "released",
      model: {
        hidden: theirs.hidden_size,
        heads: theirs.num_heads,
        layers: theirs.num_layers,
        kernels: theirs.kernels_size,
        feedForward: theirs.dim_feedforward,
        backward: theirs.use_backward,
        category: theirs.use_category_embed,
        logitIteration: theirs.use_logits_iter,
        locationIteration: theirs.use_locations_iter,
        spatial: theirs.use_spatial,
      },
    },
    golden.path,
  );
  const hidden = single(golden.tensor("input.batch_hiddens"));
  const lengths = lengthsOf(golden, hidden.shape);
  const targets = lengths.map((_, sentence) => targetsOf(golden, sentence));
  const none = { words: 1, characters: 1, pos: 1 };
  const network = new Network(config.model, theirs.types_num, none, new Parameters(new Random(1)));
  try {
    fill(golden, network.parameters);
  } catch (error) {
    network.parameters.dispose();
    throw error;
  }
  return { config, network, hidden, lengths, targets };
}

/** Sets all parameters to the authors'. */
function fill(golden: Golden, parameters: Parameters): void {
  const theirs = new Map(
    [...golden.withPrefix("param.")].map(([name, tensor]) => [`${prefix}${name}`, single(tensor)]),
  );
  const entries = [...theirs].map(([name, { shape }]) => [name, { dtype: "F32", shape }] as const);
  const shapes: Shapes = new Map(detectorNames(parameters).map((name) => [name, parameters.get(name).shape]));
  checkState(new Map(entries), shapes, golden.path);
  for (const [name, tensor] of fromReleased((name) => theirs.get(name) as StoredTensor, shapes))
    parameters.set(name, tensor);
}

/** The prefix of the authors' names in a whole model. */
const prefix = "detector.";

/** Names of the parameters after the encoder. */
export const detectorNames = ({ names }: Parameters): string[] =>
  names.filter((name) => !name.startsWith("encoder."));

/** Our tensors, one per parameter after the encoder, with the authors' names and shapes. */
export function underTheirNames(ours: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor> {
  const { state } = toReleased(ours);
  return new Map([...state].map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

function lengthsOf(golden: Golden, [batch, tokens]: readonly number[]): number[] {
  const { values } = golden.tensor("input.batch_masks");
  return Array.from({ length: batch }, (_, sentence) =>
    values.subarray(sentence * tokens, (sentence + 1) * tokens).reduce((sum, one) => sum + one, 0),
  );
}

function targetsOf(golden: Golden, sentence: number): Target[] {
  const { shape, values } = golden.tensor(`target.${sentence}`);
  if (shape[1] !== 3) throw new InputError(`${golden.path}: target.${sentence} must have three columns`);
  return Array.from({ length: shape[0] }, (_, row) => {
    const [start, end, type] = values.subarray(3 * row, 3 * row + 3);
    return { start, end, type };
  });
}
