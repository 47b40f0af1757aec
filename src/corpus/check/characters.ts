import { show } from "../../base/errors";
import { visible } from "../../base/printable";
import type { Sentence } from "../types";
import type { Findings } from "./finding";

/** Characters that are seldom meant, and whether they make a corpus unfit. */
const odd: readonly (readonly [what: string, kind: "fault" | "remark", pattern: RegExp])[] = [
  ["with control characters", "fault", /\p{Cc}/u],
  ["with half a character (a lone surrogate), which no file keeps", "fault", /\p{Cs}/u],
  ["with replacement characters (U+FFFD): what stood there was lost earlier", "remark", /\ufffd/],
  [
    "with invisible characters (zero-width, soft hyphen, byte order mark)",
    "remark",
    /[\u00ad\u200b-\u200d\u2060\ufeff]/,
  ],
  ["with marks of writing direction", "remark", /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/],
  ["with white space inside", "remark", /[^\P{White_Space}\p{Cc}]/u],
  ["with private-use characters", "remark", /\p{Co}/u],
];

/** @param place of a sentence, for an example */
export function checkCharacters(
  { tokens, pos, entities }: Sentence,
  place: string,
  findings: Findings,
): void {
  const texts: readonly (readonly [kind: string, texts: readonly string[]])[] = [
    ["tokens", tokens],
    ["parts of speech", pos],
    // a type may well be of several words
    ["types", entities.map(({ type }) => type.replaceAll(" ", ""))],
  ];
  for (const [name, all] of texts)
    for (const text of all)
      for (const [what, kind, pattern] of odd)
        if (pattern.test(text)) findings.add(kind, `${name} ${what}`, `${place}: ${show(visible(text))}`);
}

/** What looks the same: full-width letters as others, invisible characters as nothing, white space as one space. */
export function appearance(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Finds tokens that are written in two ways that look the same (Unicode normalisation). */
export class NormalForms {
  private readonly spellings = new Map<string, string>();
  private readonly differing = new Map<string, string>();

  add({ tokens }: Sentence, place: string): void {
    for (const token of tokens) {
      // of letters below U+0300 there is one way to write each
      if (!/[\u0300-\uffff]/.test(token)) {
        if (/[\u00c0-\u02ff]/.test(token)) this.note(token, token, place);
        continue;
      }
      this.note(token.normalize("NFC"), token, place);
    }
  }

  report(findings: Findings): void {
    for (const [composed, place] of this.differing)
      findings.add(
        "remark",
        "tokens written in two ways that look the same (Unicode normal forms)",
        `${place}: ${show(composed)}`,
      );
  }

  private note(composed: string, token: string, place: string): void {
    const known = this.spellings.get(composed);
    if (known === undefined) this.spellings.set(composed, token);
    else if (known !== token && !this.differing.has(composed)) this.differing.set(composed, place);
  }
}
