export { CorpusError, InputError, PnrError } from "./base/errors";
export type { Corpus, Entity, Sentence, SplitName } from "./corpus/types";
export type { Score, ScoredEntity, Scores } from "./evaluation/types";
export type { HeadTrace, LayerTrace, ProposalState, Trace, TracedEntity } from "./model/trace-types";
export type { EpochReport, StepReport } from "./training/types";
