export { reportOf } from "./build";
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
