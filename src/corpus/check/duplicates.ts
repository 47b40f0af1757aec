import { createHash } from "node:crypto";
import { show } from "../../base/errors";
import type { Sentence } from "../types";
import type { Findings } from "./finding";

/** Where a sentence was met first. */
interface Met {
  readonly split: string;
  readonly place: string;
  readonly entities: string;
}

/** Shorter sentences, such as headings, repeat without harm. */
const least = 5;

/** Finds sentences that occur again, in the same split or, what makes scores unfair, in another. */
export class Duplicates {
  private readonly met = new Map<string, Met>();

  add({ tokens, entities }: Sentence, split: string, place: string, findings: Findings): void {
    if (tokens.length < least) return;
    const key = createHash("sha256").update(JSON.stringify(tokens)).digest("base64");
    const known = this.met.get(key);
    const own: Met = {
      split,
      place,
      entities: entities
        .map(({ start, end, type }) => `${start} ${end} ${type}`)
        .sort()
        .join("\n"),
    };
    if (!known) {
      this.met.set(key, own);
      return;
    }
    const example = `${place} = ${known.place}: ${show(tokens.join(" "))}`;
    if (known.split === split) findings.add("remark", `sentences that occur again in ${split}`, example);
    else findings.add("fault", `sentences of ${split} that also occur in ${known.split}`, example);
    if (known.entities !== own.entities)
      findings.add("remark", "sentences that occur again with other entities", example);
  }
}
