// The entry `pnr/browser`: a trained model in a web page, in a bundle that needs neither Node nor a network.
export { InputError, PnrError } from "./base/errors";
export type { ScoredEntity, TextOptions, TextSentence } from "./corpus";
export type { EnglishPackages } from "./corpus/text/english-packages";
export { provideEnglish } from "./corpus/text/english-packages.browser";
export type { InputSentence } from "./detector/input";
export { loadPageModel } from "./detector/page-model";
export type { CandidateEntity, PredictOptions, Predictor } from "./detector/predictor";
export type { PredictedText, TextEntity } from "./detector/text-entities";
export type { Trace } from "./detector/trace-types";
export { type EngineFiles, type KernelBuild, startPageEngine } from "./engine/page-engine";
