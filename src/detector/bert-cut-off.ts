import { type CutOff, CutOffCount, describeCutOff, type Sentences } from "../corpus";
import type { ModelDescription } from "./storage";

/** Counts what the model's BERT cannot read; `undefined` for a model without BERT. */
export function cutOffCount({
  model,
  vocabularies,
}: Pick<ModelDescription, "model" | "vocabularies">): CutOffCount | undefined {
  return model.bert && vocabularies.pieces
    ? new CutOffCount(vocabularies.pieces, model.bert.positions)
    : undefined;
}

/**
 * The parts of sentences that the model's BERT cannot read.
 * @param name of the sentences in the remark
 * @param onRemark receives a line about it
 * @returns `undefined` if BERT reads everything, or the model has no BERT
 */
export function cutOffOf(
  description: ModelDescription,
  all: Sentences,
  name: string,
  onRemark: (line: string) => void,
): CutOff | undefined {
  const count = cutOffCount(description);
  if (!count) return undefined;
  for (const sentence of all) count.add(sentence);
  const { sentences, tokens, entities } = count;
  if (!sentences) return undefined;
  onRemark(describeCutOff(name, count, description.model.bert!.positions));
  return { sentences, tokens, entities };
}
