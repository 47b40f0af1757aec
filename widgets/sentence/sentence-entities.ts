import type { Agreement, Entity } from "../../src/corpus/types";
import { spanText } from "../shared/text";

/** A sentence with gold and predicted entities. */
export interface AnnotatedSentence {
  readonly tokens: readonly string[];
  /** Gold entities; absent if they are unknown, so that predictions cannot be judged. */
  readonly entities?: readonly Entity[];
  readonly predicted?: readonly PredictedEntity[];
  /** The corpus's types, to give each type the same color in every sentence. Default: the types of this sentence. */
  readonly types?: readonly string[];
}

export interface PredictedEntity extends Entity {
  readonly probability?: number;
  /** Number of members of an ensemble that predict it. */
  readonly agreement?: Agreement;
}

export type Side = "gold" | "predicted";

/**
 * The verdict on a predicted entity:
 * - "right": a gold entity has the same span and type;
 * - "type": a gold entity has the same span, but none has the same type as well;
 * - "boundary": it overlaps gold entities, but none has the same span. Its type may be wrong, too, but can only be judged if the
 *   span is right;
 * - "spurious": it shares no token with a gold entity.
 *
 * On a gold entity: "right", or "missed" if no prediction has its span and type.
 *
 * Each entity is judged on its own: two predictions may both be wrong about one gold entity, which is then missed once.
 */
export type Verdict = "right" | "boundary" | "type" | "spurious" | "missed";

export const verdicts: readonly Verdict[] = ["right", "boundary", "type", "spurious", "missed"];

/** A verdict and, unless it is "right" or "spurious", the closest entity of the other side, if any. */
export interface Judgment {
  readonly verdict: Verdict;
  readonly closest?: Entity;
}

/** An entity of the sentence, judged if the other side is known. */
export interface SentenceEntity extends PredictedEntity, Partial<Judgment> {
  /** Side and index in its list: "gold 0", "predicted 3". */
  readonly id: string;
  readonly side: Side;
}

export function sentenceEntities({ entities, predicted }: AnnotatedSentence): SentenceEntity[] {
  const gold = entities?.map(
    (entity, index): SentenceEntity => ({
      ...entity,
      ...(predicted && judgeGold(entity, predicted)),
      id: `gold ${index}`,
      side: "gold",
    }),
  );
  const predictions = predicted?.map(
    (entity, index): SentenceEntity => ({
      ...entity,
      ...(entities && judgePredicted(entity, entities)),
      id: `predicted ${index}`,
      side: "predicted",
    }),
  );
  return [...(gold ?? []), ...(predictions ?? [])];
}

export function judgePredicted(entity: Entity, gold: readonly Entity[]): Judgment {
  if (gold.some((other) => sameEntity(entity, other))) return { verdict: "right" };
  const sameSpan = gold.find((other) => other.start === entity.start && other.end === entity.end);
  if (sameSpan) return { verdict: "type", closest: sameSpan };
  const closest = closestTo(entity, gold);
  return closest ? { verdict: "boundary", closest } : { verdict: "spurious" };
}

function judgeGold(entity: Entity, predicted: readonly Entity[]): Judgment {
  if (predicted.some((other) => sameEntity(entity, other))) return { verdict: "right" };
  const closest = closestTo(entity, predicted);
  return closest ? { verdict: "missed", closest } : { verdict: "missed" };
}

export function sameEntity(a: Entity, b: Entity): boolean {
  return a.start === b.start && a.end === b.end && a.type === b.type;
}

/** The overlapping entity that is closest: first by type, then by the share of common tokens, then by order. */
function closestTo(entity: Entity, others: readonly Entity[]): Entity | undefined {
  let best: Entity | undefined;
  let bestSimilarity = 0;
  for (const other of others) {
    const common = Math.min(entity.end, other.end) - Math.max(entity.start, other.start);
    if (common <= 0) continue;
    const union = Math.max(entity.end, other.end) - Math.min(entity.start, other.start);
    const similarity = common / union + (other.type === entity.type ? 1 : 0);
    if (similarity > bestSimilarity) [best, bestSimilarity] = [other, similarity];
  }
  return best;
}

/** A symbol for the verdict: ✓ right, – missed, ✗ wrong. */
export function verdictMark(verdict: Verdict | undefined): string {
  if (verdict === undefined) return "";
  return verdict === "right" ? "✓" : verdict === "missed" ? "–" : "✗";
}

/** An entity as in the paper's Table 8: (2, 3, CEL), positions from 0, the end inclusive. */
export function entityText({ start, end, type }: Entity): string {
  return `(${start}, ${end - 1}, ${type})`;
}

/** "2 of 3" */
export function agreementText({ votes, members }: Agreement): string {
  return `${votes} of ${members}`;
}

/** The verdict, or "boundary, type" if both are wrong. */
export function verdictName({ verdict, type, closest }: SentenceEntity): string {
  const both = verdict === "boundary" && closest !== undefined && closest.type !== type;
  return both ? "boundary, type" : (verdict ?? "");
}

/** The verdict and its reason: "boundary: gold is (2, 4, CEL)". */
export function verdictText(entity: SentenceEntity): string {
  const { verdict, closest } = entity;
  if (verdict === "spurious") return "spurious: overlaps no gold entity";
  if (!closest) return verdict ?? "";
  if (verdict === "missed") return `missed: predicted ${entityText(closest)}`;
  return `${verdictName(entity)}: gold is ${verdict === "type" ? closest.type : entityText(closest)}`;
}

/** Everything about an entity on one line, for its tooltip. */
export function entityDetails(entity: SentenceEntity, tokens: readonly string[]): string {
  const { side, verdict, probability, agreement } = entity;
  const name = [verdictMark(verdict), side, entityText(entity), spanText(tokens, entity)];
  return [
    name.filter(Boolean).join(" "),
    ...(verdict === undefined ? [] : [verdictText(entity)]),
    ...(probability === undefined ? [] : [`probability ${probability.toFixed(3)}`]),
    ...(agreement ? [`predicted by ${agreementText(agreement)} members`] : []),
  ].join(" · ");
}
