import { type CutOff, cutOffText, type Sentence, type Sentences, type SplitName } from "../corpus";
import { cutOffCount } from "../detector/cut-off";
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
    const count = cutOffCount(description);
    if (!count) return undefined;
    for (const sentence of splits[split]) count.add(sentence);
    const { sentences, tokens, entities } = count;
    if (!sentences) continue;
    cutOffs[split] = { sentences, tokens, entities };
    onRemark(cutOffText(split, count, description.model.bert!.positions));
  }
  return Object.keys(cutOffs).length ? cutOffs : undefined;
}
