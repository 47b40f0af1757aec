import type { Entity } from "../../corpus";
import type { Case, CaseEntity } from "../run/cases";
import type { Columns, Row } from "./arrow-rows";

/**
 * Rows of the sentences that a run traced: one per gold entity, and one per predicted entity and state of its proposal (0 as
 * proposed, then after each layer). `from` and `to` are the proposal's location, `to` inclusive.
 */
export const caseColumns: Columns = {
  run: "code",
  sentence: "whole",
  side: "code",
  start: "whole",
  end: "whole",
  type: "code",
  probability: "number",
  proposal: "whole",
  state: "whole",
  from: "number",
  to: "number",
};

const unplaced = { probability: null, proposal: null, state: null, from: null, to: null };

export function caseRows(run: string, cases: readonly Case[]): Row[] {
  return cases.flatMap(({ sentence, gold, predicted }) => [
    ...gold.map(({ start, end, type }) => ({ run, sentence, side: "gold", start, end, type, ...unplaced })),
    ...predicted.flatMap(({ path, start, end, type, probability, proposal }) =>
      path.map(([from, to], state) => {
        const entity = { start, end, type, probability, proposal };
        return { run, sentence, side: "predicted", ...entity, state, from, to };
      }),
    ),
  ]);
}

/** Inverse of {@link caseRows}. @param rows of one run */
export function casesOf(rows: readonly Row[]): Case[] {
  const sentences = new Map<number, { gold: Entity[]; predicted: GrowingEntity[] }>();
  for (const row of rows) {
    const sentence = Number(row.sentence);
    const entities = sentences.get(sentence) ?? { gold: [], predicted: [] };
    sentences.set(sentence, entities);
    const entity = { start: Number(row.start), end: Number(row.end), type: String(row.type) };
    const location = [Number(row.from), Number(row.to)] as const;
    if (row.side === "gold") entities.gold.push(entity);
    // The states of an entity are consecutive rows.
    else if (row.state !== 0) entities.predicted.at(-1)!.path.push(location);
    else {
      const { probability, proposal } = row;
      const numbers = { probability: Number(probability), proposal: Number(proposal) };
      entities.predicted.push({ ...entity, ...numbers, path: [location] });
    }
  }
  return [...sentences].map(([sentence, entities]) => ({ sentence, ...entities }));
}

/** A predicted entity whose path is not complete yet. */
interface GrowingEntity extends Omit<CaseEntity, "path"> {
  readonly path: (readonly [number, number])[];
}
