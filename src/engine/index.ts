export { type EngineName, engineNames } from "./backends";
export { type BlasExamination, type EngineExamination, examineBlas, examineEngines } from "./examine";
export { valueAndGradients } from "./gradients";
export { processor } from "./machine";
export { memoryLimit, scoped } from "./memory";
export { adamW, keepsMomentsOutside, type Moment } from "./ops/adam-w";
export {
  type AttentionInput,
  type AttentionPrior,
  type AttentionShape,
  attention,
} from "./ops/attention";
export { attentionScores } from "./ops/attention-composed";
export { customGradient } from "./ops/custom-gradient";
export { dropout } from "./ops/dropout";
export { gate } from "./ops/gate";
export { gatherRows, zeroRow } from "./ops/gather-rows";
export { gelu } from "./ops/gelu";
export { type BidirectionalGruWeights, type GruWeights, gru } from "./ops/gru";
export { moveLocations, softmaxOverHeads, weighHeads } from "./ops/heads";
export { layerNorm } from "./ops/layer-norm";
export { type Activation, linear } from "./ops/linear";
export { plus } from "./ops/plus";
export { segmentMean } from "./ops/segment-mean";
export { sentenceProducts } from "./ops/sentence-products";
export { logSoftmax, softmax } from "./ops/softmax";
export {
  type BestSpans,
  bestSpans,
  type SpanPicks,
  type SpanScores,
  spanLogProbabilities,
} from "./ops/span-softmax";
export { spanProbabilities } from "./ops/span-softmax-composed";
export { sumOfSquares } from "./ops/sum-of-squares";
export { withoutGradient } from "./ops/without-gradient";
export { type Lengths, offsetsOf, positionsOf, rowsOf, sequencesOf, squaresOf } from "./packing";
export { Random, type RandomState } from "./random";
export { currentEngine, describeEngine, type EngineInfo, engineNamed, startEngine } from "./start-engine";
