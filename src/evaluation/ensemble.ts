import { mean } from "../base/sum";
import type { Sentence } from "../corpus";
import type { Ensemble, EnsembleOptions } from "../detector/ensemble";
import { drawScores, perScore, scoreNames } from "./bootstrap";
import type { Difference, ScoreDifference } from "./compare";
import { countTable } from "./counts";
import {
  assertKnownTypes,
  type Evaluation,
  evaluatedSentences,
  evaluationOf,
  type ScoringRules,
} from "./evaluate";
import { type BootstrapOptions, bootstrapSettings, percentiles } from "./resample";
import type { Score } from "./score-types";
import { documentsIn, type TestUnits, unitsOf } from "./units";

/** Mean of the members' scores in percent, and their standard deviation; null for a single member. */
export type MemberMean = Readonly<
  Record<"precision" | "recall" | "f1", { readonly mean: number; readonly deviation: number | null }>
>;

/** An ensemble's scores next to those of its members, on the same sentences. */
export interface EnsembleEvaluation {
  readonly ensemble: Evaluation;
  readonly members: readonly ({ readonly name: string } & Evaluation)[];
  readonly mean: MemberMean;
  /**
   * The ensemble's overall scores minus the mean of the members', and minus those of each member. Intervals are from a paired
   * bootstrap over documents, or over sentences in a corpus of fewer than 20 documents. They say nothing about other members.
   */
  readonly gains: { readonly mean: ScoreDifference; readonly members: readonly ScoreDifference[] };
  readonly units: TestUnits["name"];
}

/**
 * Scores an ensemble and each of its members on the same sentences, with one pass of each member.
 * @throws InputError if the models do not know the type of a gold entity
 * @throws RangeError if an option of the bootstrap is out of range
 */
export async function evaluateEnsemble(
  ensemble: Ensemble,
  sentences: readonly Sentence[],
  options: EnsembleOptions & ScoringRules & BootstrapOptions = {},
): Promise<EnsembleEvaluation> {
  assertKnownTypes(ensemble.types, sentences);
  const predictions = await ensemble.predictMembers(sentences, options);
  const evaluated = [...predictions.members, predictions.ensemble].map((ofOne) =>
    evaluatedSentences(sentences, ofOne, options),
  );
  const evaluations = evaluated.map((outcomes) => evaluationOf(outcomes, options));
  const scores = evaluations.map((one) => one.scores.overall);
  const [members, ensembleScores] = [scores.slice(0, -1), scores[scores.length - 1]];
  const units = unitsOf({ documents: documentsIn(evaluated[0]), sentences: sentences.length });
  const settings = bootstrapSettings(options);
  const tables = evaluated.map((outcomes) => countTable(outcomes, ensemble.types));
  const samples = drawScores(tables, units, settings);
  const gainOver = (indices: readonly number[]): ScoreDifference =>
    perScore((score): Difference => {
      const name = scoreNames[score];
      const ensembleDraws = samples[samples.length - 1][score];
      const meanIn = (draw: number): number => mean(indices.map((index) => samples[index][score][draw]));
      return {
        value: ensembleScores[name] - mean(indices.map((index) => members[index][name])),
        interval: percentiles(
          ensembleDraws.map((value, draw) => 100 * (value - meanIn(draw))),
          settings.level,
        ),
      };
    });
  return {
    ensemble: evaluations[evaluations.length - 1],
    members: ensemble.members.map(({ name }, index) => ({ name, ...evaluations[index] })),
    mean: perScore((score) => spreadOf(members, scoreNames[score])),
    gains: { mean: gainOver([...members.keys()]), members: members.map((_, index) => gainOver([index])) },
    units: units.name,
  };
}

/** The sample standard deviation. */
function spreadOf(scores: readonly Score[], name: (typeof scoreNames)[number]): MemberMean["f1"] {
  const average = mean(scores.map((score) => score[name]));
  if (scores.length < 2) return { mean: average, deviation: null };
  const squares = scores.map((score) => (score[name] - average) ** 2);
  return { mean: average, deviation: Math.sqrt((mean(squares) * scores.length) / (scores.length - 1)) };
}
