import type { Entity } from "../corpus/types";

/**
 * Everything the model computed for one sentence, as plain data: row-major typed arrays and JSON. It can be stored, sent and
 * drawn without an engine. L tokens = L proposals, M heads, T types; class T is None.
 */
export interface Trace {
  readonly tokens: readonly string[];
  readonly types: readonly string[];
  /**
   * The Gaussian prior of attention (Eq. 12–14): "on" as trained; "off" if this pass omitted it in every layer; "none" if the
   * model was trained without spatial modulation.
   */
  readonly prior: "on" | "off" | "none";
  /** Gold entities, empty when unknown. */
  readonly gold: readonly Entity[];
  /** The entities of Algorithm 2. */
  readonly predicted: readonly TracedEntity[];
  /** State of all proposals after the proposer (first) and after each regressor layer. */
  readonly states: readonly ProposalState[];
  readonly layers: readonly LayerTrace[];
  readonly head: HeadTrace;
}

export interface TracedEntity extends Entity {
  readonly probability: number;
  /** The token whose proposal this is; of several proposals, the most probable. */
  readonly proposal: number;
}

export interface ProposalState {
  /** [L, 2] start and end position of each proposal, in tokens, end inclusive (Eq. 9, 16). */
  readonly locations: Float32Array;
  /** [L, T + 1] class probabilities, Softmax of the category logarithms (Eq. 10, 20). */
  readonly probabilities: Float32Array;
}

/** One regressor layer's spatially modulated attention (Eq. 12–16). Rows of `weights` sum to 1. */
export interface LayerTrace {
  readonly heads: number;
  /** [M, L, D], with D the width of a head. */
  readonly queries: Float32Array;
  readonly keys: Float32Array;
  /** [M, L, L] scaled dot products q·k / √D: proposal i (row) on proposal j (column). */
  readonly content: Float32Array;
  /** [M, L, L] log G, never positive; all zero unless the prior is on. */
  readonly logPrior: Float32Array;
  /** [M, L, L] Softmax(content + logPrior). */
  readonly weights: Float32Array;
  /** [M, L, 2] center μ of each head's Gaussian. */
  readonly center: Float32Array;
  /** [M, L, 2, 2] precision Θ = θθᵀ of each head's Gaussian. */
  readonly precision: Float32Array;
  /** [L, M, 2] weight of each head in the new location, start and end (Eq. 15). */
  readonly headWeights: Float32Array;
}

/** The prediction head (Eq. 21–22). */
export interface HeadTrace {
  /** [L, 2] center μ of each proposal's Gaussian over spans. */
  readonly center: Float32Array;
  /** [L, 2, 2] precision Θ of each proposal's Gaussian over spans. */
  readonly precision: Float32Array;
  /** [L, T + 1] p^c. */
  readonly probabilities: Float32Array;
  /** [L, L, L] p^n over (proposal, start, end), end inclusive; 0 where end < start. */
  readonly spans: Float32Array;
}
