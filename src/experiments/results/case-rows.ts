import type { Entity } from "../../corpus";
import type { Case, CaseEntity } from "../run/cases";
import type { Columns, Row } from "./columns";

/**
 * An entity of a sentence that a run traced: a gold one once, a predicted one for every state of its proposal, 0 as
 * proposed, then after each layer; `from` and `to` are where the proposal stood, `to` inclusive.
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

/** What {@link caseRows} took apart. @param rows of one run */
export function casesOf(rows: readonly Row[]): Case[] {
  const sentences = new Map<number, { gold: Entity[]; predicted: Opened[] }>();
  for (const row of rows) {
    const sentence = Number(row.sentence);
    const found = sentences.get(sentence) ?? { gold: [], predicted: [] };
    sentences.set(sentence, found);
    const entity = { start: Number(row.start), end: Number(row.end), type: String(row.type) };
    const place = [Number(row.from), Number(row.to)] as const;
    if (row.side === "gold") found.gold.push(entity);
    // an entity's states follow each other
    else if (row.state !== 0) found.predicted.at(-1)!.path.push(place);
    else {
      const { probability, proposal } = row;
      const numbers = { probability: Number(probability), proposal: Number(proposal) };
      found.predicted.push({ ...entity, ...numbers, path: [place] });
    }
  }
  return [...sentences].map(([sentence, found]) => ({ sentence, ...found }));
}

/** One to whose path states are still being added. */
interface Opened extends Omit<CaseEntity, "path"> {
  readonly path: (readonly [number, number])[];
}
