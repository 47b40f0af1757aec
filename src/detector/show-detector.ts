import { oneLine } from "../base/printable";
import { type Showing, selfShowing, tableShowing } from "../base/self-showing";
import type { ScoredEntity, Sentence } from "../corpus";
import { sentenceText } from "../corpus/sentence-text";
import { baselineName } from "./architecture";
import type { InputSentence } from "./input";
import type { Origin, SplitScores } from "./origin";
import type { ModelDescription } from "./storage";
import type { PredictedText } from "./text-entities";
import type { Trace, TracedEntity } from "./trace-types";

/** A detector's path, corpus, size and types, and its scores in percent. */
export function detectorShowing(
  description: ModelDescription,
  parameters: number,
  { path, result }: Partial<Origin>,
): Showing {
  const caption = `detector ${path ?? "without a folder"} · ${originText(description, parameters, { result })}`;
  return tableShowing(caption, () => scoreRows(result?.scores ?? {}));
}

/** "trained on sample (epoch 8) · 741,634 parameters · 3 regressor layers · types DNA, protein" */
export function originText(
  { model, types }: ModelDescription,
  parameters: number,
  { result }: Pick<Origin, "result">,
): string {
  const parts = [
    result && `trained on ${result.corpus.name} (epoch ${result.bestEpoch})`,
    `${parameters.toLocaleString("en")} parameters`,
    baselineName(model) ?? `${model.layers} regressor layers`,
    `types ${types.join(", ")}`,
  ];
  return parts.filter(Boolean).join(" · ");
}

/** Scores in percent, a row for each split that has some. */
export function scoreRows({ dev, test }: SplitScores): Readonly<Record<string, string>>[] {
  return Object.entries({ dev, test }).flatMap(([split, scores]) => {
    if (!scores) return [];
    const { precision, recall, f1 } = scores.overall;
    return [{ split, precision: precision.toFixed(2), recall: recall.toFixed(2), F1: f1.toFixed(2) }];
  });
}

/** A sentence with gold entities, or without. */
type MaybeGold = InputSentence & Partial<Pick<Sentence, "entities">>;

/** Makes predictions, and those of each sentence, show the sentences with their entities. */
export function showingPredictions<E extends ScoredEntity>(
  sentences: readonly MaybeGold[],
  predictions: E[][],
  types: readonly string[],
): E[][] {
  const contentOf = (index: number) => {
    const { tokens, entities } = sentences[index];
    return { tokens, ...(entities && { entities }), predicted: predictions[index], types };
  };
  const textOf = (index: number) => sentenceText(sentences[index].tokens, predictions[index]);
  for (const [index, entities] of predictions.entries()) {
    selfShowing(() => ({
      kind: "sentences",
      content: () => [contentOf(index)],
      text: () => textOf(index),
    }))(entities);
  }
  const indices = [...predictions.keys()];
  return selfShowing(() => ({
    kind: "sentences",
    content: () => indices.map(contentOf),
    text: () => indices.map(textOf).join("\n"),
  }))(predictions);
}

/** Makes the predictions of a text, and those of each sentence, show the sentences with their entities. */
export function showingTexts<E extends ScoredEntity>(
  texts: PredictedText<E>[],
  types: readonly string[],
): PredictedText<E>[] {
  const contentOf = ({ sentence, entities }: PredictedText) => ({
    tokens: sentence.tokens,
    predicted: entities,
    types,
  });
  const textOf = ({ sentence, entities }: PredictedText) => sentenceText(sentence.tokens, entities);
  texts.forEach(
    selfShowing<PredictedText>((one) => ({
      kind: "sentences",
      content: () => [contentOf(one)],
      text: () => textOf(one),
    })),
  );
  return selfShowing<PredictedText[]>((all) => ({
    kind: "sentences",
    content: () => all.map(contentOf),
    text: () => all.map(textOf).join("\n"),
  }))(texts);
}

/** Makes a trace show the trajectories of its predictions. */
export const showingTrace: (trace: Trace) => Trace = selfShowing<Trace>((trace) => ({
  kind: "trace",
  content: () => trace,
  text: () => traceText(trace),
}));

/** The words, then a line for each prediction: its span, then its proposal's locations, the last layer's first, as in Table 8. */
function traceText({ tokens, predicted, states }: Trace): string {
  const location = ({ proposal }: TracedEntity, state: number): string =>
    [...states[state].locations.slice(2 * proposal, 2 * proposal + 2)]
      .map((value) => value.toFixed(2))
      .join(", ");
  const backward = [...states.keys()].reverse();
  const lines = predicted.map((entity) => {
    const { start, end, type, probability } = entity;
    const path = backward.map((state) => `(${location(entity, state)})`).join(" ← ");
    return `  (${start}, ${end - 1}, ${type}) ${probability.toFixed(2)} ← ${path}: ${tokens.slice(start, end).join(" ")}`;
  });
  const head = predicted.length
    ? "  (first token, last token, type) probability ← location after the last layer ← … ← the proposer's"
    : "  no entities";
  return [tokens.join(" "), head, ...lines].map(oneLine).join("\n");
}
