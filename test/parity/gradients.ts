import { z } from "zod";
import type { StoredTensor } from "../../src/base/safetensors";
import type { Golden } from "./golden";
import { farthest, largestOf, type Tally } from "./tally";
import { gradientTolerance, rounding, tiny } from "./tolerances";

/**
 * Compares gradients under the names of the authors' code. A parameter to which they have none must have the gradient 0.
 * @param ours gradients of all parameters, and of inputs as `input.<name>`
 */
export function compareGradients(
  golden: Golden,
  tally: Tally,
  ours: ReadonlyMap<string, StoredTensor>,
  kernels: readonly number[],
): void {
  const theirs = new Map([...golden.below("grad.")].filter(([name]) => !isIdle(name)));
  const skipped = zeroGradients(golden, kernels);
  const own = golden.optional("f64_grad_max_diff_over_tensor_max", z.number()) ?? 0;
  const tolerance = Math.max(gradientTolerance, rounding * own);
  const largest = Math.max(0, ...[...theirs.values()].map(({ values }) => largestOf(values)));
  for (const name of theirs.keys()) {
    tally.require(ours.has(name), `grad.${name} has no counterpart`);
  }
  for (const [name, { values }] of ours) {
    if (skipped(name)) continue;
    const wanted = theirs.get(name);
    if (!wanted) {
      tally.require(largestOf(values) === 0, `grad.${name} is none there, here it is not 0`);
      continue;
    }
    const difference = farthest(values, wanted.values);
    const scale = largestOf(wanted.values);
    if (scale < tiny * largest) tally.add("gradients", `grad.${name}`, difference, tiny);
    else tally.add("gradients", `grad.${name}`, difference / scale, tolerance);
  }
}

/** The pooler, which the authors' model does not use and ours has not. */
export const isIdle = (name: string): boolean => /(^|\.)pooler\.dense\./.test(name);

/**
 * Parameters whose gradient is rounding noise around 0, because a softmax takes what they add to all its scores alike. A
 * file without a list of them has those of the files with one.
 */
export function zeroGradients(golden: Golden, kernels: readonly number[]): (name: string) => boolean {
  const listed = golden.optional("params_whose_true_grad_is_zero", z.array(z.string()));
  if (listed) return (name) => listed.includes(name);
  return (name) =>
    /\b(anchor_attn\.2|heads_attn\.2|trans_context\.0|attention\.self\.key)\.bias$/.test(name) ||
    // with a single level each token has one feature, whose weight is always 1
    (kernels.length === 0 && name.includes("anchor_attn."));
}
