// Entry of the kernels' module: leaf functions on raw addresses of the memory that tfjs's own module owns. They
// allocate nothing and hold no data, so that both modules share one memory.
export { adamW } from "./adam-w";
export { attentionBackward, attentionForward, attentionScratch } from "./attention";
export { dropout } from "./dropout";
export { gate, gateGradient } from "./gate";
export { gruBackward, gruForward, gruScratch } from "./gru";
export {
  moveLocations,
  moveLocationsGradient,
  softmaxOverHeads,
  softmaxOverHeadsGradient,
  weighHeads,
  weighHeadsGradient,
} from "./heads";
export { layerNorm, layerNormGradient } from "./layer-norm";
export { exponential, gelu, geluGradient, hyperbolicTangent } from "./pointwise";
export { multiply, multiplyEach, multiplyScratch } from "./product";
export { addBias, addToRows, copyRows, gatherRows } from "./rows";
export { softmaxGradient } from "./softmax";
export { spanGradient, spanNormalizers, spanPicks, spanScratch } from "./span-softmax";
export { sumColumns, sumOfSquares, sumRows } from "./sums";
