export { type BertConfig, type BertSizes, bertOf, bertSchema } from "./config";
export { BertEncoder, type BertInput } from "./encoder";
export { huggingFaceName, ownName } from "./names";
export { completedBert } from "./pretrained/complete";
export { PretrainedBert } from "./pretrained/folder";
export { writePretrained } from "./pretrained/write";
export { wordPieceOf } from "./vocabulary";
