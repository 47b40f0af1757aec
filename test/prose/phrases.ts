// Phrases that we do not write; single words are under flagWords in cspell.json. CONTRIBUTING.md has the words to use instead.
const phrases: readonly RegExp[] = [
  /\b(?:go|goes|going|gone|went) on with\b/,
  /\b(?:is|are|was|were|be|been) told\b/,
  // "there is none" and "there is no such file" are good English, "a pipe is no file" is not
  /(?<!\b[Tt]here )\b(?:is|are|was|were) none\b/,
  /(?<!\b[Tt]here )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|fewer\b)[a-z]+/,
  /\b(?:take|takes|taking|taken|took) (?:it |them )?away\b/,
  /\b(?:see|sees|saw) to it\b/,
  /\b(?:said|says|written) nowhere\b/,
  /\bof (?:one's|its|their|his|our|your) own\b/,
  /\b(?:be|is|are|was|were) had again\b/,
];

/** Text that cspell skips, too: disabled text, and the outputs of notebook cells. */
const disabled = /cspell:disable\b.*?(?:cspell:enable\b|$)|"outputs": \[\n.*?\n {3}\]/gs;

/** A phrase to rewrite. Lines count from 1. */
export interface Finding {
  readonly line: number;
  readonly phrase: string;
}

/** The phrases to rewrite in a text. They may be broken over two lines, even in a block comment. */
export function findPhrases(source: string): Finding[] {
  const text = source.replace(disabled, (part) => part.replace(/[^\n]/g, "."));
  // A newline, with the indentation or comment mark after it, counts as one space. The length stays, so that offsets do too.
  const flat = text.replace(/\n[ \t]*(?:\/\/|\*(?!\/)|#)?[ \t]*/g, (gap) => " ".padEnd(gap.length, "\u0000"));
  const compact = flat.replaceAll("\u0000", "");
  const offsets = offsetsWithout(flat, "\u0000");
  return phrases
    .flatMap((phrase) =>
      [...compact.matchAll(new RegExp(phrase, "g"))].map((match) => ({
        line: text.slice(0, offsets[match.index]).split("\n").length,
        phrase: match[0],
      })),
    )
    .sort((a, b) => a.line - b.line || (a.phrase < b.phrase ? -1 : 1));
}

/** For each character that remains when `removed` is left out, its offset in the text. */
function offsetsWithout(text: string, removed: string): number[] {
  const offsets: number[] = [];
  for (let offset = 0; offset < text.length; offset++) if (text[offset] !== removed) offsets.push(offset);
  return offsets;
}
