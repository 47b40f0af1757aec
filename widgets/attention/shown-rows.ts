import type { AttentionModel } from "./data";
import { type AttentionRow, attentionRow } from "./rows";
import { type AttentionState, shownProposals } from "./state";

/** The four views, in the order of the sum. */
export const views = ["content", "logPrior", "sum", "weights"] as const;
export type ViewName = (typeof views)[number];

/** What is shown of one trace: the chosen proposal first, then the pinned ones, with their rows. */
export interface ShownRows {
  readonly model: AttentionModel;
  readonly proposals: readonly number[];
  readonly rows: readonly AttentionRow[];
}

export function shownRows(model: AttentionModel, state: AttentionState): ShownRows {
  const proposals = shownProposals(state);
  return { model, proposals, rows: proposals.map((proposal) => attentionRow(model, { ...state, proposal })) };
}
