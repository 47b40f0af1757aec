import type { CutOff, Sentence, Sentences, SplitName } from "../corpus";
import { cutOffOf } from "../detector/bert-cut-off";
import type { ModelDescription } from "../detector/storage";

/** What BERT does not read of each split, where that is anything. */
export type CutOffs = Readonly<Partial<Record<SplitName, CutOff>>>;

/**
 * @param onRemark receives a line for each split with sentences longer than BERT's positions
 * @returns `undefined` if BERT reads everything, or the model has no BERT
 */
export function cutOffsOf(
  description: ModelDescription,
  splits: Readonly<Record<"train", Sentences> & Record<"dev" | "test", readonly Sentence[]>>,
  onRemark: (line: string) => void,
): CutOffs | undefined {
  const cutOffs: Partial<Record<SplitName, CutOff>> = {};
  for (const split of ["train", "dev", "test"] as const) {
    const cutOff = cutOffOf(description, splits[split], split, onRemark);
    if (cutOff) cutOffs[split] = cutOff;
  }
  return Object.keys(cutOffs).length ? cutOffs : undefined;
}
