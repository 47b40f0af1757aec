import { words } from "../shared/span-plane";
import { pad } from "../shared/text";
import type { DataTable } from "../shared/widget";
import { type SentenceEntity, verdictMark, verdictText } from "./entities";
import { type OpenSentence, type SentenceState, shownEntities } from "./state";

/** The words, then one line an entity. Positions count from 0, the end is inclusive. */
export function sentenceText(data: OpenSentence, state: SentenceState): string {
  const { tokens, predicted } = data.sentence;
  const line = (entity: SentenceEntity): string => {
    const { side, verdict, start, end, type } = entity;
    const place = pad(`${start}–${end - 1}`, 7);
    const why = verdict === undefined || verdict === "right" ? "" : `  [${verdictText(entity)}]`;
    const shownSide = pad(side, predicted ? "predicted".length : 0);
    return `${verdictMark(verdict) || " "} ${shownSide} ${place} ${type}: ${words(tokens, entity)}${why}`;
  };
  return [tokens.join(" "), ...shownEntities(data, state).map(line)].join("\n");
}

/** One row an entity; `first` and `last` are token positions from 0. */
export function sentenceTable(data: OpenSentence, state: SentenceState): DataTable {
  const shown = shownEntities(data, state);
  const { tokens } = data.sentence;
  return {
    name: "sentence",
    columns: {
      side: shown.map(({ side }) => side),
      first: shown.map(({ start }) => start),
      last: shown.map(({ end }) => end - 1),
      type: shown.map(({ type }) => type),
      words: shown.map((entity) => words(tokens, entity)),
      verdict: shown.map(({ verdict }) => verdict ?? null),
      probability: shown.map(({ probability }) => probability ?? null),
    },
    fractions: ["probability"],
  };
}

/** Says what is shown: "sentence of 24 tokens: 5 gold and 4 predicted entities, 3 right". */
export function sentenceTitle(data: OpenSentence, state: SentenceState): string {
  const shown = shownEntities(data, state);
  const { tokens, entities: gold, predicted } = data.sentence;
  const count = (is: (entity: SentenceEntity) => boolean): number => shown.filter(is).length;
  const sides = (["gold", "predicted"] as const)
    .filter(
      (side) =>
        (side === "gold" ? gold : (predicted ?? !gold)) && (state.sides === "both" || state.sides === side),
    )
    .map((side) => `${count((entity) => entity.side === side)} ${side}`);
  const right = count(({ side, verdict }) => side === "predicted" && verdict === "right");
  const judged = gold && predicted && state.sides !== "gold" ? `, ${right} right` : "";
  const entities = shown.length === 1 ? "entity" : "entities";
  const length = `${tokens.length} ${tokens.length === 1 ? "token" : "tokens"}`;
  return `sentence of ${length}: ${sides.join(" and ")} ${entities}${judged}`;
}
