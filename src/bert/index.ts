export { type BertConfig, bertOf, bertSchema } from "./config";
export { BertEncoder, type BertInput } from "./encoder";
export { huggingFaceName, ownName } from "./names";
export { wordPieceOf } from "./vocabulary";
