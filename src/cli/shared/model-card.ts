import { basename } from "node:path";
import { showBytes, showSeconds } from "../../base/progress";
import { command } from "../../base/shell";
import type { ModelConfig } from "../../config/model-config";
import { configDifferences, missingValue } from "../../config/show-config";
import type { Sentence } from "../../corpus";
import { baselineName } from "../../detector/architecture";
import type { FittedTemperature } from "../../detector/temperature-file";
import type { WeightType } from "../../detector/weights";
import {
  bootstrapScores,
  countTable,
  type Evaluation,
  fewestGold,
  type Interval,
  outcomesOf,
  type Score,
  type ScoreInterval,
  type Scores,
  type SentenceOutcome,
  scoresOf,
  withoutSameTypeInner,
} from "../../evaluation";
import { type Config, presets, type TrainingResult } from "../../training";
import type { RunIdentity } from "../../training/run-folder";

/** The content of a model card. */
export interface CardFacts {
  readonly name: string;
  /** The value of `--run` for the model. */
  readonly handle: string;
  readonly model: ModelConfig;
  readonly types: readonly string[];
  readonly run: RunIdentity;
  readonly result: TrainingResult;
  readonly weights: WeightType;
  /** Bytes of the model's files. */
  readonly bytes: number;
  /** Name of the scored sentences: "genia, dev". */
  readonly title: string;
  /** Scores of the packed weights. */
  readonly packed: Evaluation;
  /** Scores of the run's 32-bit weights. */
  readonly original: Scores;
  /** Words that the model knows only by vectors added to it. */
  readonly addedWords: number;
  /** Stored with the run, fitted to the predictions of its 32-bit weights. */
  readonly temperature?: FittedTemperature;
  /** The training sentences; `undefined` if the corpus has only those that are scored. */
  readonly training?: readonly Sentence[];
  /** Markdown on the data, limits and licenses. */
  readonly notes?: string;
}

const weightTexts: Readonly<Record<WeightType, string>> = {
  f32: "32-bit weights",
  f16: "16-bit weights",
  int8: "8-bit weights",
};

/** A model card in Markdown: use, scores with intervals, training, data and licenses. */
export function modelCard(facts: CardFacts): string {
  const { name, handle, model, types, run, result, weights, bytes, notes } = facts;
  const size = `${showBytes(bytes)}, ${weightTexts[weights]}`;
  return `# ${name}

A ${baselineName(model) ?? "PnR model"} that finds entities of ${types.length} types: ${types.join(", ")}. It has ${showCount(result.parameters)}
parameters (${size}).

\`\`\`sh
npx ${command`pnr predict --run ${handle}`} "A sentence."
\`\`\`

## Scores

${scoresText(facts)}${calibrationText(facts)}

## Training

Trained on ${run.corpus.name} (${result.epochs.length} epochs, ${showSeconds(result.seconds)}, engine ${result.engines.join(", then ")}). The weights are those of epoch
${result.bestEpoch}${run.config.training.selectOn === "last" ? ", the last" : `, the best on ${run.config.training.selectOn}`}. SHA-256 of the corpus: \`${run.corpus.hash}\`.

Differences from the preset \`s0\`:

${differenceList(run.config)}

${notes?.trim() ?? "## Data and licenses\n\nNot stated."}
`;
}

function scoresText(facts: CardFacts): string {
  const { title, packed, training = [] } = facts;
  const { scores, intervals } = packed;
  const groups = (["byType", "byNesting", "byLength"] as const).flatMap((group) =>
    Object.entries(scores[group])
      .filter(([, { gold }]) => gold > 0)
      .map(([key, score]) =>
        scoreRow(group === "byLength" ? `length ${key}` : key, score, intervals[group][key as never]),
      ),
  );
  return `On ${title} (${showCount(scores.sentences)} sentences), in percent, with 95 % bootstrap intervals over sentences. Start, end and type must match.
A group of fewer than ${fewestGold} gold entities has no interval: it shows little about the model.

| | precision | recall | F1 | gold entities |
|---|---|---|---|---|
${[scoreRow("all", scores.overall, intervals.overall), ...stricterRows(packed, training), ...groups].join("\n")}${costText(facts)}`;
}

/** The effect of smaller weights and added words. */
function costText({ packed, original, weights, addedWords }: CardFacts): string {
  const change = signed(packed.scores.overall.f1 - original.overall.f1);
  const before = `have an F1 of ${original.overall.f1.toFixed(2)}`;
  if (addedWords)
    return `\n\nWords that its training lacks and the model knows by their vectors: ${showCount(addedWords)}. The run's 32-bit weights without these words ${before}, so packing changes it by ${change}.`;
  return weights === "f32"
    ? ""
    : `\n\nThe run's 32-bit weights ${before}, so packing changes it by ${change}.`;
}

/** Rows of all entities under the rules that faults of the data call for. A rule that changes nothing has no row. */
function stricterRows({ sentences }: Evaluation, training: readonly Sentence[]): string[] {
  const rows: string[] = [];
  const outer = sentences.map(withoutInner);
  if (goldCount(outer) < goldCount(sentences))
    rows.push(overallRow("without mentions inside another of their type", outer));

  const textOf = (tokens: readonly string[]): string => JSON.stringify(tokens);
  const trained = new Set(training.map(({ tokens }) => textOf(tokens)));
  const unseen = sentences.filter(({ tokens }) => !trained.has(textOf(tokens)));
  if (unseen.length < sentences.length)
    rows.push(overallRow(`the ${showCount(unseen.length)} sentences that train does not contain`, unseen));
  return rows;
}

function withoutInner({ correct, missed, wrong }: SentenceOutcome): SentenceOutcome {
  const { gold, predicted } = withoutSameTypeInner([...correct, ...missed], [...correct, ...wrong]);
  return outcomesOf([gold], [predicted])[0];
}

function goldCount(outcomes: readonly SentenceOutcome[]): number {
  return outcomes.reduce((sum, { correct, missed }) => sum + correct.length + missed.length, 0);
}

function overallRow(name: string, outcomes: readonly SentenceOutcome[]): string {
  const table = countTable(outcomes);
  return scoreRow(name, scoresOf(table).overall, bootstrapScores(table).overall);
}

function calibrationText({ temperature }: CardFacts): string {
  if (!temperature) return "";
  const { temperature: value, predictions, corpus } = temperature;
  return `\n\n\`--calibrated\` scales probabilities with the temperature ${value.toFixed(2)}, fitted to ${showCount(predictions)} predictions on ${basename(corpus)}.`;
}

function scoreRow(name: string, score: Score, interval: ScoreInterval): string {
  const cell = (value: number, range: Interval | null): string => {
    if (!range) return "–";
    if (score.gold < fewestGold) return value.toFixed(1);
    return `${value.toFixed(1)} (${range.low.toFixed(1)} – ${range.high.toFixed(1)})`;
  };
  const cells = [
    cell(score.precision, interval.precision),
    cell(score.recall, interval.recall),
    cell(score.f1, interval.f1),
  ];
  return `| ${name} | ${cells.join(" | ")} | ${showCount(score.gold)} |`;
}

function showCount(count: number): string {
  return count.toLocaleString("en");
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

/** The keys of a config whose values differ from the preset s0, one per line. */
function differenceList(config: Config): string {
  const lines = configDifferences(config, presets.s0)
    .filter(({ value }) => value !== missingValue)
    .map(({ key, value }) => `- \`${key}\`: \`${value}\``);
  return lines.join("\n") || "None.";
}
