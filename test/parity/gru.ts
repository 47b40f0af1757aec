import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { StoredTensor } from "../../src/base/safetensors";
import { Random, valueAndGradients } from "../../src/engine";
import { BiGru } from "../../src/nn/gru";
import { Parameters, readTensor, Scope } from "../../src/nn/parameters";
import { pack, unpack } from "../support/padding";
import { type Golden, single } from "./golden";
import { compareGradients } from "./gradients";
import { farthest, type Tally } from "./tally";
import { lossTolerance, outputTolerance } from "./tolerances";

/** Compares a bidirectional GRU over padded sequences, and the weighted sum of its outputs with gradients. */
export function checkGru(golden: Golden, tally: Tally): void {
  const lengths = golden.json("lengths", z.array(z.int().min(1)));
  const [x, weight] = ["input.x", "input.weight"].map((name) => single(golden.tensor(name)));
  const weights = new Map(
    [...golden.withPrefix("param.")].map(([name, tensor]) => [ourName(name), single(tensor)]),
  );
  const hidden = (weights.get("weight_hh")?.shape[1] as number) ?? 0;
  const parameters = new Parameters(new Random(1));
  const gru = new BiGru(new Scope(parameters), x.shape[2], hidden);
  const input = tf.tidy(() => tf.variable(tf.tensor(x.values, [...x.shape], "float32")));
  try {
    for (const name of parameters.names) parameters.set(name, weights.get(name) as StoredTensor);
    let y: StoredTensor | undefined;
    const { value, gradients } = valueAndGradients(() => {
      const output = gru.forward(pack(input as tf.Tensor3D, lengths), lengths);
      y = unpack(readTensor(output), lengths, x.shape[1]);
      const weights = tf.tensor3d(weight.values, weight.shape as [number, number, number], "float32");
      return tf.sum(tf.mul(output, pack(weights, lengths)));
    }, [...parameters.all, input]);
    const output = y as StoredTensor;
    const last = lastStates(output, lengths);
    tally.add("outputs", "out.y", farthest(output.values, golden.tensor("out.y").values), outputTolerance);
    tally.add("outputs", "out.h_n", farthest(last, golden.tensor("out.h_n").values), outputTolerance);
    tally.add("loss", "out.loss", farthest([value], golden.tensor("out.loss").values), lossTolerance);
    const names = [...golden.withPrefix("param.").keys()];
    const ours = names.map((name): [string, StoredTensor] => [
      name,
      readTensor(gradients[parameters.names.indexOf(ourName(name))]),
    ]);
    compareGradients(
      golden,
      tally,
      new Map([...ours, ["input.x", readTensor(gradients[parameters.all.length])]]),
      [],
    );
    tf.dispose(gradients);
  } finally {
    parameters.dispose();
    input.dispose();
  }
}

/** PyTorch numbers the layers of a GRU. Ours has only one. */
const ourName = (name: string): string => name.replace("_l0", "");

/** The state of each direction after its last step, [direction, batch, hidden], from the outputs [batch, time, 2 · hidden]. */
function lastStates(
  { shape: [batch, time, width], values }: StoredTensor,
  lengths: readonly number[],
): number[] {
  const hidden = width / 2;
  return [0, 1].flatMap((direction) =>
    Array.from({ length: batch }, (_, sentence) => {
      const step = direction === 0 ? lengths[sentence] - 1 : 0;
      const offset = (sentence * time + step) * width + direction * hidden;
      return [...values.subarray(offset, offset + hidden)];
    }).flat(),
  );
}
