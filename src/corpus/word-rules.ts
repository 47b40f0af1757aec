/** What is done to a word before WordPiece cuts it, as a pre-trained BERT demands. */
export interface WordRules {
  /** Lower-cases words, as "uncased" vocabularies need. */
  readonly lowercase: boolean;
  /** Takes the accents off letters; null does so where `lowercase` is true, as BERT's own code does. */
  readonly stripAccents: boolean | null;
  /** Makes every Chinese character a word of its own; all published BERTs but some Japanese ones do. */
  readonly splitChinese: boolean;
  /** The released code's two tables: letters with accents, and punctuation that BERT's vocabularies may lack. */
  readonly replace: {
    /** á à â ä ý ỳ … ñ and their capitals become the letters without accents, whatever `stripAccents` says. */
    readonly accents: boolean;
    /**
     * A token that is nothing but “ ” ‘ ’ — … …… or � becomes " " ' ' - ... ... or ?. "released" does as the released code does,
     * where a stray quotation mark makes ’ stay as it is and ‘ a piece of source text.
     */
    readonly punctuation: boolean | "released";
  };
}

/** Rules that leave words as they are, but for Chinese. */
export const plainRules: WordRules = {
  lowercase: false,
  stripAccents: null,
  splitChinese: true,
  replace: { accents: false, punctuation: false },
};

/** Letters that the released code takes accents off: five kinds of them, on six letters and both cases, where they exist. */
const accented = /[áéíóúýàèìòùỳâêîôûŷäëïöüÿñÁÉÍÓÚÝÀÈÌÒÙỲÂÊÎÔÛŶÄËÏÖÜŸ]/g;

const meantPunctuation: ReadonlyMap<string, string> = new Map([
  ["“", '"'],
  ["”", '"'],
  ["‘", "'"],
  ["’", "'"],
  ["—", "-"],
  ["…", "..."],
  ["……", "..."],
  ["\ufffd", "?"],
]);

/** Python reads the entries of ‘ and ’ as one: ''' begins a text that ends at the next '''. */
const releasedPunctuation: ReadonlyMap<string, string> = new Map(
  [...meantPunctuation, ["‘", `,\n        '’': `] as const].filter(([mark]) => mark !== "’"),
);

/** A word after the replacements of the released code that the rules ask for. */
export function replaced(word: string, { replace }: Pick<WordRules, "replace">): string {
  const plain = replace.accents ? word.replace(accented, (letter) => letter.normalize("NFD")[0]) : word;
  if (replace.punctuation === false) return plain;
  const table = replace.punctuation === "released" ? releasedPunctuation : meantPunctuation;
  return table.get(plain) ?? plain;
}

/**
 * Chinese characters beyond the Basic Multilingual Plane, in the ranges of Hugging Face's tokenizers, which begin one of them
 * at U+2B920 where BERT's own code has U+2B820.
 */
const chinese = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

/**
 * A word as the reference reads it: character by character. The library that cuts words looks at code units, so it does not
 * split Chinese characters of two; and its lower case of a Greek Σ depends on the letters around.
 */
export function byCharacter(word: string, { lowercase, splitChinese }: WordRules): string {
  const split = splitChinese ? word.replace(chinese, " $& ") : word;
  return lowercase ? Array.from(split, (character) => character.toLowerCase()).join("") : split;
}
