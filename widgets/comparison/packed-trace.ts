import type { Entity } from "../../src/corpus/types";
import type { LayerTrace, Trace } from "../../src/detector/trace-types";
import { sameEntity } from "../sentence/sentence-entities";
import {
  type PackedTrajectories,
  type Path,
  packTrajectories,
  pathOf,
} from "../trajectories/trajectory-data";

/** A run's predictions and attention for a sentence. */
export interface PackedTrace {
  /** The run's predictions, and how their proposals moved. */
  readonly trajectories: PackedTrajectories;
  /** Number of heads of each layer. */
  readonly heads: readonly number[];
  /** `[entities]` of the compared runs: the proposal that predicts it or comes closest; null if all give it probability 0. */
  readonly proposals: readonly (ProposalTrace | null)[];
}

/** The proposal of a run for an entity that it may not predict. */
export interface ProposalTrace {
  readonly path: Path;
  /** `[layers][tokens]`: attention weights, the mean over the heads. */
  readonly attention: readonly (readonly number[])[];
}

/** @param entities of all compared runs; those that count in the comparison */
export function packTrace(
  trace: Trace,
  run: number,
  entities: readonly (Entity & { readonly gold: boolean; readonly predicted: readonly boolean[] })[],
): PackedTrace {
  const comparedTrace: Trace = {
    ...trace,
    gold: entities.filter(({ gold }) => gold),
    predicted: trace.predicted.filter((prediction) =>
      entities.some((entity) => entity.predicted[run] && sameEntity(entity, prediction)),
    ),
  };
  return {
    trajectories: packTrajectories(comparedTrace),
    heads: trace.layers.map(({ heads }) => heads),
    proposals: entities.map((entity): ProposalTrace | null => {
      const path = pathOf(comparedTrace, entity);
      return (
        (path && {
          path,
          attention: trace.layers.map((layer) => meanAttention(layer, path.proposal, trace.tokens.length)),
        }) ??
        null
      );
    }),
  };
}

function meanAttention({ heads, weights }: LayerTrace, proposal: number, length: number): number[] {
  return Array.from({ length }, (_, token) => {
    let sum = 0;
    for (let head = 0; head < heads; head++) sum += weights[(head * length + proposal) * length + token];
    return Number((sum / heads).toFixed(4));
  });
}
