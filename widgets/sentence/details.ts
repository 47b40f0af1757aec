import type { Cell, Grid } from "../shared/grid";
import { words } from "../shared/span-plane";
import { shorten } from "../shared/text";
import { entityText, type SentenceEntity, verdictMark, verdictText } from "./entities";

/** What there is to know about an entity. */
export function detailsGrid(entity: SentenceEntity, tokens: readonly string[]): Grid {
  const { side, verdict, probability, start, end, type } = entity;
  const facts: [name: string, cell: Cell][] = [
    ["entity", { text: entityText(entity), bold: true }],
    ["side", { text: side }],
    ["type", { text: type }],
    ["words", { text: shorten(words(tokens, entity), 80) }],
    ["tokens", { text: end - start === 1 ? `${start}` : `${start}–${end - 1}` }],
  ];
  if (verdict !== undefined) {
    const tone = verdict === "right" ? "right" : "wrong";
    facts.push(["verdict", { text: `${verdictMark(verdict)} ${verdictText(entity)}`, tone }]);
  }
  if (probability !== undefined) facts.push(["probability", { text: probability.toFixed(3) }]);
  return {
    head: [facts.map(([text]) => ({ text }))],
    rows: [facts.map(([, cell]) => cell)],
    align: facts.map(() => "left"),
  };
}
