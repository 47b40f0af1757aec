import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import { matchingLoss } from "../../src/criterion/loss";
import { parameterTensors } from "../../src/detector/storage";
import { valueAndGradients } from "../../src/engine";
import { linearSchedule } from "../../src/training/learning-rates";
import { AdamW, globalNorm } from "../../src/training/optimizer";
import { pack } from "../support/padding";
import type { Golden } from "./golden";
import { zeroGradients } from "./gradients";
import { type ReleasedModel, releasedModel, underTheirNames } from "./released-model";
import { farthest, type Kind, type Tally } from "./tally";
import { rounding, stepTolerance, weightTolerance } from "./tolerances";

const adamwSchema = z.object({
  betas: z.tuple([z.literal(0.9), z.literal(0.999)]),
  eps: z.literal(1e-8),
  weight_decay: z.number(),
});

/** Compares steps of AdamW with gradient clipping and the linear schedule: losses, norms, rates, and the final weights. */
export function checkTrain(golden: Golden, tally: Tally): void {
  const model = releasedModel(golden);
  const { parameters } = model.network;
  try {
    const steps = train(golden, model);
    const compare = (kind: Kind, name: string, ours: readonly number[]) => {
      const theirs = golden.tensor(name).values;
      tally.add(kind, name, Math.max(...ours.map((value, i) => relative(value, theirs[i]))), stepTolerance);
    };
    compare(
      "losses",
      "out.losses",
      steps.map(({ loss }) => loss),
    );
    compare(
      "norms",
      "out.grad_norms",
      steps.map(({ norm }) => norm),
    );
    compare(
      "rates",
      "out.lrs",
      steps.map(({ rate }) => rate),
    );
    compareWeights(golden, tally, model);
  } finally {
    parameters.dispose();
  }
}

interface Step {
  readonly loss: number;
  readonly norm: number;
  readonly rate: number;
}

function train(golden: Golden, { config, network, hidden, lengths, targets }: ReleasedModel): Step[] {
  const [lr, count, warmup, total, clip] = ["lr", "steps", "warmup", "total", "clip"].map((key) =>
    golden.json(key, z.number()),
  );
  const optimizer = new AdamW(
    network.parameters,
    golden.json("adamw", adamwSchema).weight_decay,
    config.training.decay,
  );
  const schedule = linearSchedule(total, warmup / total);
  try {
    return Array.from({ length: count }, (_, step) => {
      const rate = lr * schedule(step);
      const { value, gradients } = valueAndGradients(() => {
        const input = tf.tensor3d(hidden.values, [...hidden.shape] as [number, number, number], "float32");
        return matchingLoss(
          network.detect(pack(input, lengths), lengths).prediction,
          targets,
          lengths,
          config.loss,
        ).loss;
      }, network.parameters.all);
      const norm = globalNorm(gradients);
      optimizer.step(gradients, rate, Math.min(1, clip / (norm + 1e-6)));
      tf.dispose(gradients);
      return { loss: value, norm, rate };
    });
  } finally {
    optimizer.dispose();
  }
}

function compareWeights(golden: Golden, tally: Tally, { config, network }: ReleasedModel): void {
  const theirRounding = golden.json(
    "f32_minus_f64_after_training_above_2e6",
    z.record(z.string(), z.number()),
  );
  const skipped = zeroGradients(golden, config.model.kernels);
  const tensors = parameterTensors(network.parameters);
  const ours = underTheirNames(new Map([...tensors].filter(([name]) => !name.startsWith("encoder."))));
  const theirs = golden.withPrefix("after.");
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    if (skipped(name)) continue;
    const [actual, expected] = [ours.get(name), theirs.get(name)];
    if (!actual || !expected) {
      tally.require(false, `after.${name} has no counterpart`);
      continue;
    }
    const tolerance = Math.max(weightTolerance, rounding * (theirRounding[name] ?? 0));
    tally.add("weights", `after.${name}`, farthest(actual.values, expected.values), tolerance);
  }
}

/** The difference relative to the expected number. Only 0 itself is near 0. */
function relative(ours: number, theirs: number): number {
  return ours === theirs ? 0 : Math.abs(ours - theirs) / Math.abs(theirs);
}
