import * as tf from "@tensorflow/tfjs-core";
import { spanProbabilities } from "../engine";
import { precision } from "../model/gaussian";
import type { Pass } from "../model/network";
import type { Proposals } from "../model/proposer";
import type { Refinement } from "../model/regressor";
import { attentionMaps } from "./attention-maps";
import type { HeadTrace, LayerTrace, ProposalState, Trace } from "./trace-types";

const copy = (tensor: tf.Tensor): Float32Array => (tensor.dataSync() as Float32Array).slice();

/** A pass over a single sentence as plain data. Call it inside `tf.tidy`. */
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

function head({ prediction }: Pass): HeadTrace {
  const { logClass, spans } = prediction;
  return {
    center: copy(spans.center),
    precision: copy(precision(spans.factor)),
    probabilities: copy(tf.exp(logClass)),
    spans: spanProbabilities(spans),
  };
}
