import { createHash } from "node:crypto";
import { show } from "../../base/errors";
import type { Sentence } from "../types";
import type { Findings } from "./findings";

interface Occurrence {
  readonly split: string;
  readonly where: string;
  readonly entities: string;
}

/** Shorter sentences, such as headings, may repeat. */
const leastTokens = 5;

/** Finds repeated sentences, in one split or, which makes scores unfair, in several. */
export class Duplicates {
  private readonly first = new Map<string, Occurrence>();

  add({ tokens, entities }: Sentence, split: string, where: string, findings: Findings): void {
    if (tokens.length < leastTokens) return;
    const key = createHash("sha256").update(JSON.stringify(tokens)).digest("base64");
    const first = this.first.get(key);
    const spans = entities
      .map(({ start, end, type }) => `${start} ${end} ${type}`)
      .sort()
      .join("\n");
    if (!first) {
      this.first.set(key, { split, where, entities: spans });
      return;
    }
    const example = `${where} = ${first.where}: ${show(tokens.join(" "))}`;
    if (first.split === split) findings.add("remark", `sentences that occur again in ${split}`, example);
    else findings.add("fault", `sentences of ${split} that also occur in ${first.split}`, example);
    if (first.entities !== spans)
      findings.add("remark", "sentences that occur again with other entities", example);
  }
}
