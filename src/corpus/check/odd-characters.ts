import { show } from "../../base/errors";
import { visible } from "../../base/printable";
import type { Sentence } from "../types";
import type { Findings } from "./findings";

/** Characters that are rarely intended. */
const oddCharacters: readonly (readonly [what: string, kind: "fault" | "remark", pattern: RegExp])[] = [
  ["with control characters", "fault", /\p{Cc}/u],
  ["with half a character (a lone surrogate), which no file can store", "fault", /\p{Cs}/u],
  ["with replacement characters (U+FFFD): the original characters are lost", "remark", /\ufffd/],
  [
    "with invisible characters (zero-width, soft hyphen, byte order mark)",
    "remark",
    /[\u00ad\u200b-\u200d\u2060\ufeff]/,
  ],
  ["with marks of writing direction", "remark", /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/],
  ["with white space inside", "remark", /[^\P{White_Space}\p{Cc}]/u],
  ["with private-use characters", "remark", /\p{Co}/u],
];

export function checkCharacters(
  { tokens, pos, entities }: Sentence,
  where: string,
  findings: Findings,
): void {
  const texts: readonly (readonly [kind: string, texts: readonly string[]])[] = [
    ["tokens", tokens],
    ["parts of speech", pos],
    // types may consist of several words
    ["types", entities.map(({ type }) => type.replaceAll(" ", ""))],
  ];
  for (const [name, all] of texts)
    for (const text of all)
      for (const [what, kind, pattern] of oddCharacters)
        if (pattern.test(text)) findings.add(kind, `${name} ${what}`, `${where}: ${show(visible(text))}`);
}

/** Maps texts that look the same to one text: full-width letters, invisible characters, kinds of white space. */
export function appearance(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Finds tokens that occur in several Unicode normal forms. */
export class NormalForms {
  private readonly forms = new Map<string, string>();
  private readonly inconsistent = new Map<string, string>();

  add({ tokens }: Sentence, where: string): void {
    for (const token of tokens) {
      // letters below U+0300 have one form each
      if (!/[\u0300-\uffff]/.test(token)) {
        if (/[\u00c0-\u02ff]/.test(token)) this.compare(token, token, where);
        continue;
      }
      this.compare(token.normalize("NFC"), token, where);
    }
  }

  report(findings: Findings): void {
    for (const [composed, where] of this.inconsistent)
      findings.add(
        "remark",
        "tokens written in two ways that look the same (Unicode normal forms)",
        `${where}: ${show(composed)}`,
      );
  }

  private compare(composed: string, token: string, where: string): void {
    const form = this.forms.get(composed);
    if (form === undefined) this.forms.set(composed, token);
    else if (form !== token && !this.inconsistent.has(composed)) this.inconsistent.set(composed, where);
  }
}
