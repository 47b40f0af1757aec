export { reportOf } from "./build-report";
export { reportLatex } from "./latex";
export { reportMarkdown } from "./markdown";
export { corporaAtHand } from "./report-corpora";
export {
  type Block,
  type Chart,
  isLong,
  isNumeric,
  type Report,
  type ReportTable,
  type Section,
} from "./report-types";
