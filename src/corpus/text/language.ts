/** Languages in Latin letters, as ISO 639-3 codes. */
const languages =
  "cat ces dan deu est eus fin fra glg hrv hun ind ita lav lit nld nob pol por ron slk slv spa swa swe tgl tur vie".split(
    " ",
  );

let lists:
  | { readonly english: ReadonlySet<string>; readonly others: readonly ReadonlySet<string>[] }
  | undefined;

/** Function words of each language. Loaded on first use. */
function functionWords(): NonNullable<typeof lists> {
  if (!lists) {
    const all: Readonly<Record<string, readonly string[]>> = require("stopword");
    const lowerCased = (language: string): string[] => all[language].map((word) => word.toLowerCase());
    // single letters name genes and chains in English text
    const others = languages.map(
      (language) => new Set(lowerCased(language).filter(({ length }) => length > 1)),
    );
    lists = { english: new Set(lowerCased("eng")), others };
  }
  return lists;
}

/**
 * Whether a paragraph is English. It is if it is in Latin letters and no other language has both two or more distinct function
 * words in it and more than 1.5 times as many as English. Lower-case words with accents count for every other language.
 * Words in capitals do not count: they are names and abbreviations, such as IL.
 */
export function isEnglish(text: string): boolean {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  if (2 * count(/\p{Script=Latin}/gu) < count(/\p{L}/gu)) return false;
  const written = (text.match(/[\p{L}\p{M}]+/gu) ?? []).filter((word) => /\p{Ll}/u.test(word));
  const { english, others } = functionWords();
  const accented = new Set(written.filter(isAccented));
  const words = new Set(written.map((word) => word.toLowerCase()));
  const hits = (list: ReadonlySet<string>): number => [...words].filter((word) => list.has(word)).length;
  const most = Math.max(
    ...others.map((list) => hits(list) + [...accented].filter((word) => !list.has(word)).length),
  );
  return most < 2 || 2 * most <= 3 * hits(english);
}

/** Whether a word is in lower case and has a letter that English lacks. Ligatures do not count. */
function isAccented(word: string): boolean {
  return /^[\p{Ll}\p{M}]{2,}$/u.test(word) && /[^a-z]/.test(word.normalize("NFKC"));
}
