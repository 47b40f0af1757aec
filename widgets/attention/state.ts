import type { Trace } from "../../src/detector/trace-types";
import { mustBeAmong } from "../shared/options";
import type { AttentionData, AttentionModel } from "./data";
import type { Selection } from "./rows";

/** What is looked at. */
export interface AttentionState extends Selection {
  /** Proposals that stay in sight for comparison when another is chosen; the last pinned comes last. */
  readonly pinned: readonly number[];
  /** One proposal's row (and those of the pinned ones), or the rows of all proposals as maps. */
  readonly view: "row" | "map";
  /** Which trace is looked at, where there are two. */
  readonly traces: "first" | "second" | "both";
}

/** More would hide each other. */
export const mostPinned = 3;

/** The traces that are looked at. */
export function shownModels(data: AttentionData, { traces }: AttentionState): AttentionData {
  return data.length < 2 || traces === "both" ? data : [traces === "first" ? data[0] : data[1]];
}

/** The chosen proposal, then the pinned ones. */
export function shownProposals({ proposal, pinned }: AttentionState): number[] {
  return [proposal, ...pinned.filter((one) => one !== proposal)];
}

/** The entity that came of a proposal, if one did. */
export function outcome({ predicted }: AttentionModel, proposal: number): string | undefined {
  const entity = predicted.find((one) => one.proposal === proposal);
  return entity && `(${entity.start}, ${entity.end - 1}, ${entity.type})`;
}

export type AttentionChoice = Partial<AttentionState>;

/**
 * The state with what the caller left open filled in: the last layer, the mean of its heads, the proposal of the most
 * probable entity, its row, all traces.
 * @throws RangeError for a layer, head or proposal that the trace does not have, and for more pins than there may be.
 */
export function initialState(trace: Trace, wanted: AttentionChoice = {}): AttentionState {
  const likeliest = trace.predicted.toSorted((a, b) => b.probability - a.probability)[0];
  const state: AttentionState = {
    layer: wanted.layer ?? trace.layers.length,
    head: wanted.head ?? "mean",
    proposal: wanted.proposal ?? likeliest?.proposal ?? 0,
    pinned: [...new Set(wanted.pinned)],
    view: wanted.view ?? "row",
    traces: wanted.traces ?? "both",
  };
  within("layer", state.layer, 1, trace.layers.length);
  if (state.head !== "mean") within("head", state.head, 1, trace.layers[state.layer - 1].heads);
  for (const proposal of [state.proposal, ...state.pinned])
    within("proposal", proposal, 0, trace.tokens.length - 1);
  if (state.pinned.length > mostPinned)
    throw new RangeError(`pinned: at most ${mostPinned} proposals can be, not ${state.pinned.length}`);
  mustBeAmong("view", [state.view], ["row", "map"]);
  mustBeAmong("traces", [state.traces], ["first", "second", "both"]);
  return state;
}

function within(what: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw new RangeError(`${what} ${value} does not exist: this trace has ${what}s ${from} to ${to}`);
}
