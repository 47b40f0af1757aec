export { currentEngine, describeEngine, type EngineInfo, type EngineName, startEngine } from "./engine";
export { valueAndGradients } from "./gradients";
export { dropout } from "./ops/dropout";
export { gatherRows } from "./ops/gather-rows";
export { gelu } from "./ops/gelu";
export { type BidirectionalGruWeights, type GruWeights, gru } from "./ops/gru";
export { layerNorm } from "./ops/layer-norm";
export { linear } from "./ops/linear";
export { Random, type RandomState } from "./random";
