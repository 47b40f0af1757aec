import { z } from "zod";
import type { StoredTensor } from "../../src/base/safetensors";
import type { Golden } from "./golden";
import { farthest, largestOf, type Tally } from "./tally";
import { gradientTolerance, rounding, tiny } from "./tolerances";

/**
 * Compares gradients by the names of the authors' code. A parameter without a gradient there must have a gradient of 0.
 * @param ours gradients of all parameters, and of inputs as `input.<name>`
 */
export function compareGradients(
  golden: Golden,
  tally: Tally,
  ours: ReadonlyMap<string, StoredTensor>,
  kernels: readonly number[],
): void {
  const theirs = new Map([...golden.withPrefix("grad.")].filter(([name]) => !isUnused(name)));
  const skipped = zeroGradients(golden, kernels);
  const theirRounding = golden.optional("f64_grad_max_diff_over_tensor_max", z.number()) ?? 0;
  const tolerance = Math.max(gradientTolerance, rounding * theirRounding);
  const largest = Math.max(0, ...[...theirs.values()].map(({ values }) => largestOf(values)));
  for (const name of theirs.keys()) {
    tally.require(ours.has(name), `grad.${name} has no counterpart`);
  }
  for (const [name, { values }] of ours) {
    if (skipped(name)) continue;
    const expected = theirs.get(name);
    if (!expected) {
      tally.require(largestOf(values) === 0, `grad.${name} does not exist there, and is not 0 here`);
      continue;
    }
    const difference = farthest(values, expected.values);
    const scale = largestOf(expected.values);
    if (scale < tiny * largest) tally.add("gradients", `grad.${name}`, difference, tiny);
    else tally.add("gradients", `grad.${name}`, difference / scale, tolerance);
  }
}

/** Whether a parameter is of the pooler, which the authors' model does not use and ours does not have. */
export const isUnused = (name: string): boolean => /(^|\.)pooler\.dense\./.test(name);

/**
 * Parameters whose true gradient is 0, because they add the same number to all scores of a softmax. A file without a list of them
 * has the same ones as the files with a list.
 */
export function zeroGradients(golden: Golden, kernels: readonly number[]): (name: string) => boolean {
  const listed = golden.optional("params_whose_true_grad_is_zero", z.array(z.string()));
  if (listed) return (name) => listed.includes(name);
  return (name) =>
    /\b(anchor_attn\.2|heads_attn\.2|trans_context\.0|attention\.self\.key)\.bias$/.test(name) ||
    // With a single level, each token has one feature, whose weight is always 1.
    (kernels.length === 0 && name.includes("anchor_attn."));
}
