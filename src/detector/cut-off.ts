import { CutOffCount } from "../corpus";
import type { ModelDescription } from "./storage";

/** Counts what a model's BERT does not read of sentences; undefined for a model without BERT. */
export function cutOffCount({
  model,
  vocabularies,
}: Pick<ModelDescription, "model" | "vocabularies">): CutOffCount | undefined {
  return model.bert && vocabularies.pieces
    ? new CutOffCount(vocabularies.pieces, model.bert.positions)
    : undefined;
}
