import { display } from "../shared/display";
import { fittingWidth } from "../shared/figure";
import type { Cell, Grid } from "../shared/grid";
import { pad, shorten, spanText } from "../shared/text";
import type { Theme } from "../shared/theme";
import type { DataTable, Part, Widget, WidgetInstance } from "../shared/widget";
import {
  type AnnotatedSentence,
  agreementText,
  entityText,
  type PredictedEntity,
  type SentenceEntity,
  sentenceEntities,
  verdictMark,
  verdictText,
} from "./sentence-entities";
import { sentenceScene } from "./sentence-scene";
import {
  initialState,
  type SentenceData,
  type SentenceOptions,
  type SentenceState,
  sentenceView,
  shownEntities,
} from "./sentence-state";

export type { SentenceOptions } from "./sentence-state";

/** The words, then one line per entity. */
export function sentenceText(data: SentenceData, state: SentenceState): string {
  const { tokens, predicted } = data.sentence;
  const line = (entity: SentenceEntity): string => {
    const { side, verdict, start, end, type } = entity;
    const positions = pad(`${start}–${end - 1}`, 7);
    const reason = verdict === undefined || verdict === "right" ? "" : `  [${verdictText(entity)}]`;
    const probability = entity.probability === undefined ? "" : ` ${entity.probability.toFixed(2)}`;
    const agreement = entity.agreement ? `, ${agreementText(entity.agreement)} members` : "";
    const sideText = pad(side, predicted ? "predicted".length : 0);
    return `${verdictMark(verdict) || " "} ${sideText} ${positions} ${type}${probability}${agreement}: ${spanText(tokens, entity)}${reason}`;
  };
  const lines = shownEntities(data, state).map(line);
  const note = lines.length ? ["  first–last token, counted from 0; the last one is included"] : [];
  return [tokens.join(" "), ...note, ...lines].join("\n");
}

/** One row per entity; `first` and `last` are token positions from 0. */
export function sentenceTable(data: SentenceData, state: SentenceState): DataTable {
  const entities = shownEntities(data, state);
  const { tokens } = data.sentence;
  return {
    name: "sentence",
    columns: {
      side: entities.map(({ side }) => side),
      first: entities.map(({ start }) => start),
      last: entities.map(({ end }) => end - 1),
      type: entities.map(({ type }) => type),
      words: entities.map((entity) => spanText(tokens, entity)),
      verdict: entities.map(({ verdict }) => verdict ?? null),
      probability: entities.map(({ probability }) => probability ?? null),
      ...(entities.some(({ agreement }) => agreement) && {
        votes: entities.map(({ agreement }) => agreement?.votes ?? null),
        members: entities.map(({ agreement }) => agreement?.members ?? null),
      }),
    },
    fractions: ["probability"],
  };
}

/** "sentence of 24 tokens: 5 gold and 4 predicted entities, 3 right" */
function sentenceTitle(data: SentenceData, state: SentenceState): string {
  const visibleEntities = shownEntities(data, state);
  const { tokens, entities: gold, predicted } = data.sentence;
  const available = { gold: gold !== undefined, predicted: predicted !== undefined || !gold };
  const sides = (["gold", "predicted"] as const)
    .filter((side) => available[side] && (state.sides === "both" || state.sides === side))
    .map((side) => `${visibleEntities.filter((entity) => entity.side === side).length} ${side}`);
  const right = visibleEntities.filter(
    ({ side, verdict }) => side === "predicted" && verdict === "right",
  ).length;
  const verdictText = gold && predicted && state.sides !== "gold" ? `, ${right} right` : "";
  const entities = visibleEntities.length === 1 ? "entity" : "entities";
  const length = `${tokens.length} ${tokens.length === 1 ? "token" : "tokens"}`;
  return `sentence of ${length}: ${sides.join(" and ")} ${entities}${verdictText}`;
}

/** A sentence with its gold and predicted entities as stacked brackets. */
export const sentenceWidget: Widget<AnnotatedSentence, SentenceState, SentenceData> = {
  kind: "sentence",
  open: (sentence) => ({ sentence, entities: sentenceEntities(sentence) }),
  title: sentenceTitle,
  build,
  text: sentenceText,
  table: sentenceTable,
  view: sentenceView,
};

function build(data: SentenceData, state: SentenceState, theme: Theme, available?: number): Part[] {
  const { sentence } = data;
  const { positions } = state;
  const entities = shownEntities(data, state);
  const ids = new Set(entities.map(({ id }) => id));
  const selected = entities.find(({ id }) => id === state.selected);
  const isShown = ({ id }: SentenceEntity): boolean => ids.has(id);
  const width = fittingWidth(available);
  const options = { width, isShown, selected: selected?.id, positions, probabilities: true };
  const scene = sentenceScene(sentence, options, theme);
  return [{ scene }, ...(selected ? [{ grid: detailsGrid(selected, sentence.tokens) }] : [])];
}

function detailsGrid(entity: SentenceEntity, tokens: readonly string[]): Grid {
  const { side, verdict, probability, agreement, start, end, type } = entity;
  const details: [name: string, cell: Cell][] = [
    ["entity", { text: entityText(entity), bold: true }],
    ["side", { text: side }],
    ["type", { text: type }],
    ["words", { text: shorten(spanText(tokens, entity), 80) }],
    ["tokens, last included", { text: end - start === 1 ? `${start}` : `${start}–${end - 1}` }],
  ];
  if (verdict !== undefined) {
    const tone = verdict === "right" ? "right" : "wrong";
    details.push(["verdict", { text: `${verdictMark(verdict)} ${verdictText(entity)}`, tone }]);
  }
  if (probability !== undefined) details.push(["probability", { text: probability.toFixed(3) }]);
  if (agreement) details.push(["members that predict it", { text: agreementText(agreement) }]);
  return {
    head: [details.map(([text]) => ({ text }))],
    rows: [details.map(([, cell]) => cell)],
    align: details.map(() => "left"),
  };
}

/**
 * A sentence with its gold and predicted entities as stacked brackets.
 * @throws RangeError for an entity outside the sentence, or for a side that the sentence does not have
 */
export function sentence(
  annotated: AnnotatedSentence,
  options?: SentenceOptions,
): WidgetInstance<AnnotatedSentence, SentenceState, SentenceData> {
  return { widget: sentenceWidget, packed: packSentence(annotated), state: initialState(annotated, options) };
}

/** The fields that are sent to the browser. */
export function packSentence({ tokens, entities, predicted, types }: AnnotatedSentence): AnnotatedSentence {
  return {
    tokens,
    ...(entities && { entities: entities.map(plainEntity) }),
    ...(predicted && { predicted: predicted.map(plainEntity) }),
    ...(types && { types }),
  };
}

function plainEntity({ start, end, type, probability, agreement }: PredictedEntity): PredictedEntity {
  return {
    ...{ start, end, type },
    ...(probability !== undefined && { probability }),
    ...(agreement && { agreement }),
  };
}

/** Shows {@link sentence} in the running cell; outside a notebook, prints its text description. */
export async function showSentence(annotated: AnnotatedSentence, options?: SentenceOptions): Promise<void> {
  await display(sentence(annotated, options));
}
