/** Languages in Latin letters, as ISO 639-3 names them. */
const languages = [
  ...[
    "cat",
    "ces",
    "dan",
    "deu",
    "est",
    "eus",
    "fin",
    "fra",
    "glg",
    "hrv",
    "hun",
    "ind",
    "ita",
    "lav",
    "lit",
  ],
  ...["nld", "nob", "pol", "por", "ron", "slk", "slv", "spa", "swa", "swe", "tgl", "tur", "vie"],
];

let lists:
  | { readonly english: ReadonlySet<string>; readonly others: readonly ReadonlySet<string>[] }
  | undefined;

/** The words that each language needs in every sentence. Loaded when first needed. */
function functionWords(): NonNullable<typeof lists> {
  if (!lists) {
    const all: Readonly<Record<string, readonly string[]>> = require("stopword");
    const small = (language: string): string[] => all[language].map((word) => word.toLowerCase());
    // single letters are names of genes and chains in English text
    const others = languages.map((language) => new Set(small(language).filter(({ length }) => length > 1)));
    lists = { english: new Set(small("eng")), others };
  }
  return lists;
}

/**
 * Whether a paragraph is English, or so short that nothing speaks against it: in Latin letters, and no other language has two or
 * more different function words in it and half as many again as English. A word with an accent in small letters counts for all
 * the others. Words in capitals alone are names and abbreviations, as IL is.
 */
export function isEnglish(text: string): boolean {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  if (2 * count(/\p{Script=Latin}/gu) < count(/\p{L}/gu)) return false;
  const written = (text.match(/[\p{L}\p{M}]+/gu) ?? []).filter((word) => /\p{Ll}/u.test(word));
  const { english, others } = functionWords();
  const accented = new Set(written.filter(isAccented));
  const words = new Set(written.map((word) => word.toLowerCase()));
  const known = (list: ReadonlySet<string>): number => [...words].filter((word) => list.has(word)).length;
  const most = Math.max(
    ...others.map((list) => known(list) + [...accented].filter((word) => !list.has(word)).length),
  );
  return most < 2 || 2 * most <= 3 * known(english);
}

/** Whether a word is in small letters and has one that English lacks; ligatures do not count. */
function isAccented(word: string): boolean {
  return /^[\p{Ll}\p{M}]{2,}$/u.test(word) && /[^a-z]/.test(word.normalize("NFKC"));
}
