/** How to normalize a word before WordPiece splits it. Pre-trained BERTs differ in this. */
export interface WordRules {
  /** Lower-cases words, for "uncased" vocabularies. */
  readonly lowercase: boolean;
  /** Removes accents. null removes them if `lowercase` is true, as BERT's code does. */
  readonly stripAccents: boolean | null;
  /** Makes each Chinese character a separate word. All published BERTs do, except some Japanese ones. */
  readonly splitChinese: boolean;
  /** The released code's replacements: letters with accents, and punctuation that BERT's vocabularies may lack. */
  readonly replace: {
    /** Replaces á à â ä ý ỳ … ñ and their capitals by letters without accents, regardless of `stripAccents`. */
    readonly accents: boolean;
    /**
     * Replaces a token that is exactly “ ” ‘ ’ — … …… or � by " " ' ' - ... ... or ?. "released" reproduces a fault of the released
     * code: a stray quotation mark leaves ’ unchanged and replaces ‘ by a piece of source text.
     */
    readonly punctuation: boolean | "released";
  };
}

/** Rules that change only Chinese words. */
export const plainRules: WordRules = {
  lowercase: false,
  stripAccents: null,
  splitChinese: true,
  replace: { accents: false, punctuation: false },
};

/** The letters from which the released code removes accents. */
const accented = /[áéíóúýàèìòùỳâêîôûŷäëïöüÿñÁÉÍÓÚÝÀÈÌÒÙỲÂÊÎÔÛŶÄËÏÖÜŸ]/g;

const punctuation: ReadonlyMap<string, string> = new Map([
  ["“", '"'],
  ["”", '"'],
  ["‘", "'"],
  ["’", "'"],
  ["—", "-"],
  ["…", "..."],
  ["……", "..."],
  ["\ufffd", "?"],
]);

/** Python parses the entries of ‘ and ’ as one: ''' begins a string that ends at the next '''. */
const releasedPunctuation: ReadonlyMap<string, string> = new Map(
  [...punctuation, ["‘", `,\n        '’': `] as const].filter(([mark]) => mark !== "’"),
);

export function applyReplacements(word: string, { replace }: Pick<WordRules, "replace">): string {
  const unaccentedWord = replace.accents
    ? word.replace(accented, (letter) => letter.normalize("NFD")[0])
    : word;
  if (replace.punctuation === false) return unaccentedWord;
  const table = replace.punctuation === "released" ? releasedPunctuation : punctuation;
  return table.get(unaccentedWord) ?? unaccentedWord;
}

/**
 * Chinese characters beyond the Basic Multilingual Plane, in the ranges of Hugging Face's tokenizers. One range begins at U+2B920
 * there, but at U+2B820 in BERT's code.
 */
const chinese = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu; // cspell:disable-line

/**
 * Normalizes a word by characters, as Hugging Face's tokenizers do. The JavaScript library works on code units, so it does not split
 * Chinese characters of two units, and its lower case of a Greek Σ depends on the neighboring letters.
 */
export function normalizeCharacters(word: string, { lowercase, splitChinese }: WordRules): string {
  const split = splitChinese ? word.replace(chinese, " $& ") : word;
  return lowercase ? Array.from(split, (character) => character.toLowerCase()).join("") : split;
}
