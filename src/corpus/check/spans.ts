import { show } from "../../base/errors";
import type { Entity, Sentence } from "../types";
import type { Findings } from "./finding";

/** Looks for entities that cross an earlier one or have the same span. */
export function checkSpans({ tokens, entities }: Sentence, place: string, findings: Findings): void {
  const sorted = [...entities].sort((a, b) => a.start - b.start || b.end - a.end);
  const words = ({ start, end, type }: Entity): string =>
    `${type} ${show(tokens.slice(start, end).join(" "))}`;
  let open: Entity[] = [];
  for (const [at, entity] of sorted.entries()) {
    open = open.filter(({ end }) => end > entity.start);
    const crossed = open.find(({ start, end }) => start < entity.start && end < entity.end);
    if (crossed)
      findings.add("remark", "entities that cross another", `${place}: ${words(crossed)} × ${words(entity)}`);
    const before = sorted[at - 1];
    if (before?.start === entity.start && before.end === entity.end)
      findings.add("remark", "spans with several types", `${place}: ${words(before)} and ${entity.type}`);
    open.push(entity);
  }
}
