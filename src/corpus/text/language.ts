import { englishPackages } from "./english-packages";

/** English function words. */
const english: ReadonlySet<string> = new Set(
  (
    "a about after against all also an and are as at be because been before between both but by can could did do does during each " +
    "for from had has have he her him his how i if in into is it its me more most my no not of on one only or other our out over " +
    "she so some such than that the their them then there these they this through to two under up was we were what when where " +
    "which while who will with would you your"
  ).split(" "),
);

/** Other languages in Latin letters whose function words are known, as ISO 639-3 codes. */
const languages = (
  "afr bre cat ces dan deu epo est eus fin fra gle glg hau hrv hun ind ita lat lav lit nld nob pol por ron slk slv som sot spa swa " +
  "swe tgl tur vie yor zul"
).split(" ");

/** Function words that a language does not share with English, for each language. */
let foreign: readonly ReadonlySet<string>[] | undefined;
/** English function words that no other language has. */
let unmistakable: ReadonlySet<string> | undefined;

/** Reads the lists on first use. */
function loadLists(): { foreign: readonly ReadonlySet<string>[]; unmistakable: ReadonlySet<string> } {
  if (!foreign || !unmistakable) {
    const { stopword } = englishPackages();
    // single letters name genes and chains in English text
    const lists = languages.map((language) =>
      stopword[language].map((word) => word.toLowerCase()).filter((word) => word.length > 1),
    );
    foreign = lists.map((words) => new Set(words.filter((word) => !english.has(word))));
    const shared = new Set(lists.flat());
    unmistakable = new Set([...english].filter((word) => word.length > 1 && !shared.has(word)));
  }
  return { foreign, unmistakable };
}

/** English has a function word in this many words. */
const wordsPerFunctionWord = 12;

/** A paragraph with more words than this has function words in every language. */
const shortest = 8;

interface Verdict {
  readonly isEnglish: boolean;
  /** Whether the verdict also applies to unclear paragraphs that follow. */
  readonly isClear: boolean;
}

/**
 * Distinguishes the English paragraphs of a text from those in other languages. A paragraph is English
 *
 * - if at least a twelfth of its words are English function words, and no other language has two or more distinct function words
 *   in it and more than English has. Words in lower case with accents count for every other language;
 * - or if it is too short (up to 8 words) to decide, such as a heading.
 *
 * If all its function words occur in other languages as well, or if it is too short, it has the language of the last paragraph
 * that was clear. Words in capitals do not count: they are names and abbreviations, such as IL.
 */
export class EnglishRecognizer {
  private last: boolean | undefined;

  /** @param paragraph the next of the text */
  isEnglish(paragraph: string): boolean {
    if (isInOtherScript(paragraph)) return false;
    const { isEnglish, isClear } = judge(paragraph);
    if (isClear) this.last = isEnglish;
    return this.last ?? isEnglish;
  }
}

/** Whether most letters are not Latin. */
function isInOtherScript(text: string): boolean {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  return 2 * count(/\p{Script=Latin}/gu) < count(/\p{L}/gu);
}

function judge(text: string): Verdict {
  const { foreign, unmistakable } = loadLists();
  const lowercaseWords = (text.match(/[\p{L}\p{M}]+/gu) ?? []).filter((word) => /\p{Ll}/u.test(word));
  const words = lowercaseWords.map((word) => word.toLowerCase());
  const distinct = [...new Set(words)];
  const accented = [...new Set(lowercaseWords.filter(isAccented))];
  const hits = (list: ReadonlySet<string>): number => distinct.filter((word) => list.has(word)).length;
  const most = Math.max(
    ...foreign.map((list) => hits(list) + accented.filter((word) => !list.has(word)).length),
  );
  if (most >= 2 && most > hits(english)) return { isEnglish: false, isClear: true };
  const functionWords = words.filter((word) => english.has(word)).length;
  if (wordsPerFunctionWord * functionWords >= words.length)
    return { isEnglish: true, isClear: hits(unmistakable) > 0 };
  const isShort = words.length <= shortest;
  return { isEnglish: isShort, isClear: !isShort };
}

/** Whether a word is in lower case and has a letter that English lacks. Ligatures do not count. */
function isAccented(word: string): boolean {
  return /^[\p{Ll}\p{M}]{2,}$/u.test(word) && /[^a-z]/.test(word.normalize("NFKC"));
}
