import type { Trace } from "../../src/detector/trace-types";
import { assertOptions } from "../shared/controls";
import type { AttentionData, AttentionModel } from "./attention-data";
import { type AttentionRow, attentionRow, type Selection } from "./attention-rows";
import { openingSelection } from "./opening-selection";

export interface AttentionState extends Selection {
  /** Proposals that stay visible for comparison when another is chosen; the last pinned comes last. */
  readonly pinned: readonly number[];
  /** The row of the chosen proposal (and those of the pinned ones), or the rows of all proposals as maps. */
  readonly view: "row" | "map";
  /** Which of two traces is shown. */
  readonly traces: "first" | "second" | "both";
  /** Whether the plane also shows the priors of the other heads. */
  readonly others: boolean;
}

/** More rows would hide each other. */
export const mostPinned = 3;

export function shownModels(data: AttentionData, { traces }: AttentionState): AttentionData {
  return data.length < 2 || traces === "both" ? data : [traces === "first" ? data[0] : data[1]];
}

/** The chosen proposal, then the pinned ones. */
export function shownProposals({ proposal, pinned }: AttentionState): number[] {
  return [proposal, ...pinned.filter((one) => one !== proposal)];
}

/** The shown proposals of one trace with their rows; the chosen one comes first. */
export interface TraceRows {
  readonly model: AttentionModel;
  readonly proposals: readonly number[];
  readonly rows: readonly AttentionRow[];
  /** [L] weights of the chosen proposal in the original of an edited sentence; null at inserted tokens. */
  readonly before?: readonly (number | null)[];
}

export function traceRows(model: AttentionModel, state: AttentionState): TraceRows {
  const proposals = shownProposals(state);
  const rows = proposals.map((proposal) => attentionRow(model, { ...state, proposal }));
  const weights = originalWeights(model, state);
  const before = weights && model.original?.tokenOf.map((token) => (token === null ? null : weights[token]));
  return { model, proposals, rows, ...(before && { before }) };
}

/** [L] weights of the chosen proposal in the original of an edited sentence, if it has that proposal. */
export function originalWeights(
  { original }: AttentionModel,
  state: AttentionState,
): Float64Array | undefined {
  const proposal = original?.tokenOf[state.proposal] ?? null;
  return original && proposal !== null
    ? attentionRow(original.model, { ...state, proposal }).weights
    : undefined;
}

/** The entity that a proposal predicts, if any. */
export function predictionText({ predicted }: AttentionModel, proposal: number): string | undefined {
  const entity = predicted.find((one) => one.proposal === proposal);
  return entity && `(${entity.start}, ${entity.end - 1}, ${entity.type})`;
}

/**
 * Default: the layer, the head and the proposal where the prior moves the most attention, its row, all traces.
 * @throws RangeError for a layer, head or proposal that the trace does not have, and for too many pins
 */
export function initialState(trace: Trace, options: Partial<AttentionState> = {}): AttentionState {
  const { layer, head, proposal, pinned = [], view = "row", traces = "both", others = false } = options;
  if (layer !== undefined) assertWithin("layer", layer, 1, trace.layers.length);
  const heads = trace.layers[(layer ?? trace.layers.length) - 1].heads;
  if (head !== undefined && head !== "mean") assertWithin("head", head, 1, heads);
  for (const one of [...(proposal === undefined ? [] : [proposal]), ...pinned])
    assertWithin("proposal", one, 0, trace.tokens.length - 1);
  if (pinned.length > mostPinned)
    throw new RangeError(`pinned: pass at most ${mostPinned} proposals, not ${pinned.length}`);
  assertOptions("view", [view], ["row", "map"]);
  assertOptions("traces", [traces], ["first", "second", "both"]);
  const selection = openingSelection(trace, { layer, head, proposal });
  return { ...selection, pinned: [...new Set(pinned)], view, traces, others };
}

function assertWithin(name: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw new RangeError(`${name} ${value} does not exist: this trace has ${name}s ${from} to ${to}`);
}
