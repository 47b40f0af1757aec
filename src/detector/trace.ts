import * as tf from "@tensorflow/tfjs-core";
import { attentionScores, spanProbabilities } from "../engine";
import type { Pass } from "../model/network";
import type { Proposals } from "../model/proposer";
import { type Attention, type Gaussian, gaussianAt, precision, type Refinement } from "../model/regressor";
import type { HeadTrace, LayerTrace, ProposalState, Trace } from "./trace-types";

/** Copies a pass over a single sentence out of the engine. Call it inside `tf.tidy`. */
export function traceOf(
  pass: Pass,
  about: Pick<Trace, "tokens" | "types" | "prior" | "gold" | "predicted">,
): Trace {
  return {
    ...about,
    states: [pass.proposed.proposals, ...pass.refined.map(({ proposals }) => proposals)].map(state),
    layers: pass.refined.map(layer),
    head: head(pass),
  };
}

function copy(tensor: tf.Tensor): Float32Array {
  return (tensor.dataSync() as Float32Array).slice();
}

function state({ locations, logits }: Proposals): ProposalState {
  return { locations: copy(locations), probabilities: copy(tf.softmax(logits)) };
}

function layer({ attention }: Refinement): LayerTrace {
  const { queries, keys, content, logPrior, gaussian } = attentionMaps(attention);
  return {
    heads: attention.gaussians.shape[1],
    queries: copy(queries),
    keys: copy(keys),
    content: copy(content),
    logPrior: logPrior ? copy(logPrior) : new Float32Array(content.size),
    weights: copy(attention.weights),
    center: copy(gaussian.center),
    precision: copy(precision(gaussian.factor)),
    headWeights: copy(attention.headWeights),
  };
}

/** Intermediate results of {@link Attention} over a single sentence, which training and prediction do not compute. */
interface AttentionMaps {
  /** q and k [M, L, D]. */
  readonly queries: tf.Tensor;
  readonly keys: tf.Tensor;
  /** Scaled dot products [M, L, L]. */
  readonly content: tf.Tensor;
  /** log G [M, L, L]; absent without spatial modulation. */
  readonly logPrior: tf.Tensor | undefined;
  /** μ [M, L, 2] and θ [M, L, 4] of each head. */
  readonly gaussian: Gaussian;
}

export function attentionMaps({ transformed, gaussians, inputLocations, prior }: Attention): AttentionMaps {
  return {
    ...attentionScores({ transformed, prior }, gaussians.shape[1]),
    gaussian: gaussianAt(tf.transpose(gaussians, [1, 0, 2]), inputLocations),
  };
}

function head({ prediction }: Pass): HeadTrace {
  const { logClass, spans } = prediction;
  return {
    center: copy(spans.center),
    precision: copy(precision(spans.factor)),
    probabilities: copy(tf.exp(logClass)),
    spans: spanProbabilities(spans),
  };
}
