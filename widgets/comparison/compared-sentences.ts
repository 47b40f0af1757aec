import type { TextMark } from "../shared/marked-text";
import type { Scene } from "../shared/scene";
import { sentenceListScene } from "../shared/sentence-list";
import { spanText } from "../shared/text";
import type { Theme } from "../shared/theme";
import { changes, toneOf } from "./changes";
import {
  type ChosenCell,
  currentPage,
  isIn,
  listHeading,
  type PackedComparison,
  type PackedEntity,
  type PackedSentence,
  type State,
} from "./comparison-data";

const legend =
  "Dashed: gold, solid: not gold · with the change and both runs' probabilities (–: not predicted) · gray: other cells";

/** A page of the sentences of the chosen cell, with the predictions of both runs against gold; only the opened sentence, if any. */
export function comparedSentences(
  data: PackedComparison,
  state: State,
  cell: ChosenCell,
  theme: Theme,
  width: number,
): Scene {
  const { first, sentences } = currentPage(data, state, cell);
  const { opened } = state;
  const listedSentences = sentences.flatMap((sentence, i) => {
    const { id, tokens, entities, traces } = sentence;
    const open = data.sentences.indexOf(sentence);
    if (opened && opened.sentence !== open) return [];
    const marks = entities.flatMap((entity) => markOf(data, state, cell, entity, theme));
    const opening = traces && { value: { open }, isOpen: opened !== null };
    return [{ number: first + i + 1, id, tokens, marks, ...(opening && { opening }) }];
  });
  const hint = sentences.some(({ traces }) => traces) ? " · ▸ opens both traces, ▾ closes them" : "";
  const heading = listHeading(data, state, cell);
  return sentenceListScene(heading, `${legend}${hint}`, listedSentences, theme, width);
}

function markOf(
  data: PackedComparison,
  { pair }: State,
  cell: ChosenCell,
  entity: PackedEntity,
  theme: Theme,
): TextMark[] {
  const change = changes[entity.changes[pair]];
  if (!change) return [];
  const tone = toneOf(change);
  const strong = tone === "faint" ? theme.ink : theme[tone];
  const { start, end, gold } = entity;
  return [
    {
      start,
      end,
      label: entityLabel(data, pair, entity),
      color: isIn(data, pair, cell, entity) ? strong : theme.faint,
      dash: gold ? "3 2" : undefined,
    },
  ];
}

/** "fixed protein – / 0.61" */
function entityLabel({ pairs }: PackedComparison, pair: number, entity: PackedEntity): string {
  const { first, second } = pairs[pair];
  const { type, probabilities, predicted } = entity;
  const sides = [first, second].map((run) =>
    predicted[run] ? (probabilities[run]?.toFixed(2) ?? "✓") : "–",
  );
  return `${changes[entity.changes[pair]]} ${type} ${sides.join(" / ")}`;
}

export function comparedText(data: PackedComparison, state: State, cell: ChosenCell): string {
  const { sentences } = currentPage(data, state, cell);
  const lines = sentences.map((sentence) => sentenceText(data, state, cell, sentence));
  return [listHeading(data, state, cell), ...lines].join("\n");
}

function sentenceText(
  data: PackedComparison,
  { pair }: State,
  cell: ChosenCell,
  { tokens, entities }: PackedSentence,
): string {
  const texts = entities
    .filter((entity) => isIn(data, pair, cell, entity))
    .map((entity) => `${entityLabel(data, pair, entity)}: "${spanText(tokens, entity)}"`);
  return `- ${spanText(tokens, { start: 0, end: tokens.length })}\n    ${texts.join("; ")}`;
}
