import type { DataTable } from "../shared/widget";
import type { AttentionData } from "./data";
import { attentionRow } from "./rows";
import { type AttentionState, shownModels, shownProposals } from "./state";

type Cell = string | number;

/** The numbers of the shown rows, or of all rows where maps are shown: a line for each token of each proposal. */
export function attentionTable(data: AttentionData, state: AttentionState): DataTable {
  const { layer, head } = state;
  const columns = {
    trace: [] as Cell[],
    prior: [] as Cell[],
    layer: [] as Cell[],
    head: [] as Cell[],
    proposal: [] as Cell[],
    proposalText: [] as Cell[],
    token: [] as Cell[],
    tokenText: [] as Cell[],
    content: [] as Cell[],
    logPrior: [] as Cell[],
    sum: [] as Cell[],
    weight: [] as Cell[],
    weightWithoutPrior: [] as Cell[],
  };
  for (const model of shownModels(data, state)) {
    const { tokens } = model;
    const proposals = state.view === "map" ? tokens.map((_, place) => place) : shownProposals(state);
    for (const proposal of proposals) {
      const row = attentionRow(model, { layer, head, proposal });
      tokens.forEach((text, token) => {
        columns.trace.push(model.name);
        columns.prior.push(model.prior);
        columns.layer.push(layer);
        columns.head.push(head);
        columns.proposal.push(proposal);
        columns.proposalText.push(tokens[proposal]);
        columns.token.push(token);
        columns.tokenText.push(text);
        columns.content.push(row.content[token]);
        columns.logPrior.push(row.logPrior[token]);
        columns.sum.push(row.sum[token]);
        columns.weight.push(row.weights[token]);
        columns.weightWithoutPrior.push(row.unmodulated[token]);
      });
    }
  }
  return { name: "attention", columns };
}
