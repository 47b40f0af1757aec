export { reportOf } from "./build";
export { corporaAtHand } from "./corpora";
export { reportLatex } from "./latex";
export { reportMarkdown } from "./markdown";
export {
  type Block,
  type Chart,
  isLong,
  isNumeric,
  type Report,
  type ReportTable,
  type Section,
} from "./types";
