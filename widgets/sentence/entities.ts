import type { Entity } from "../../src/corpus/types";
import { words } from "../shared/span-plane";
import { type Judgement, judgeGold, judgePredicted, type Verdict } from "./verdicts";

/** A sentence to look at; `predicted` beside the gold entities. */
export interface ShownSentence {
  readonly tokens: readonly string[];
  /** Gold entities; absent where nobody knows them, so that predictions cannot be judged. */
  readonly entities?: readonly Entity[];
  readonly predicted?: readonly PredictedEntity[];
  /** The corpus's types, so that each has its color in every sentence; by default only those that occur in this one. */
  readonly types?: readonly string[];
}

export interface PredictedEntity extends Entity {
  readonly probability?: number;
}

export type Side = "gold" | "predicted";

/** An entity of the sentence, judged by the other side where there is one. */
export interface SentenceEntity extends PredictedEntity, Partial<Judgement> {
  /** "gold 0", "predicted 3": side and place in its list. */
  readonly id: string;
  readonly side: Side;
}

/** All entities of a sentence, gold ones first. Without predictions there are no verdicts. */
export function sentenceEntities({ entities, predicted }: ShownSentence): SentenceEntity[] {
  const gold = (entities ?? []).map((entity, place): SentenceEntity => {
    const judgement = predicted ? judgeGold(entity, predicted) : {};
    return { ...entity, ...judgement, id: `gold ${place}`, side: "gold" };
  });
  const found = (predicted ?? []).map(
    (entity, place): SentenceEntity => ({
      ...entity,
      ...(entities && judgePredicted(entity, entities)),
      id: `predicted ${place}`,
      side: "predicted",
    }),
  );
  return [...gold, ...found];
}

/** The mark that says a verdict without color: ✓ right, – missed, ✗ wrong; nothing where nothing was judged. */
export function verdictMark(verdict: Verdict | undefined): string {
  if (verdict === undefined) return "";
  return verdict === "right" ? "✓" : verdict === "missed" ? "–" : "✗";
}

/** As the paper's Table 8 writes an entity: (2, 3, CEL), positions from 0, the end inclusive. */
export function entityText({ start, end, type }: Entity): string {
  return `(${start}, ${end - 1}, ${type})`;
}

/** What is wrong: "boundary", or "boundary, type" where both are. */
export function verdictName({ verdict, type, closest }: SentenceEntity): string {
  const both = verdict === "boundary" && closest !== undefined && closest.type !== type;
  return both ? "boundary, type" : (verdict ?? "");
}

/** What is wrong, and with what: "boundary: gold is (2, 4, CEL)". */
export function verdictText(entity: SentenceEntity): string {
  const { verdict, closest } = entity;
  switch (verdict) {
    case undefined:
      return "";
    case "right":
      return "right";
    case "type":
      return closest ? `type: gold is ${closest.type}` : "type";
    case "boundary":
      return closest ? `${verdictName(entity)}: gold is ${entityText(closest)}` : "boundary";
    case "spurious":
      return "spurious: overlaps no gold entity";
    case "missed":
      return closest ? `missed: predicted ${entityText(closest)}` : "missed";
  }
}

/** Everything about an entity on one line, as a pointer that rests on it finds it. */
export function entityDetails(entity: SentenceEntity, tokens: readonly string[]): string {
  const { side, verdict, probability } = entity;
  const judged = verdict === undefined ? [] : [verdictText(entity)];
  const sure = probability === undefined ? [] : [`probability ${probability.toFixed(3)}`];
  const mark = verdict === undefined ? "" : `${verdictMark(verdict)} `;
  return [`${mark}${side} ${entityText(entity)} ${words(tokens, entity)}`, ...judged, ...sure].join(" · ");
}
