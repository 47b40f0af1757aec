import type { ScoredEntity } from "../../corpus";
import type { SentenceLine } from "./sentence-lines";

/** A text format of predicted sentences. */
export interface PredictionFormat {
  /** Text before the first sentence. */
  readonly begin?: string;
  /** @returns the text of a sentence; empty if the format has nothing to write for it */
  sentence(
    line: SentenceLine,
    entities: readonly ScoredEntity[],
    skipped?: boolean,
  ): string | Promise<string>;
  /** Text after the last sentence. */
  readonly end?: string;
  /** One line for each kind of content that the format could not represent. */
  losses?(): readonly string[];
}

/** The model that predicted: its run's folder and its entity types. */
export interface PredictionSource {
  readonly run: string;
  readonly types: readonly string[];
}
