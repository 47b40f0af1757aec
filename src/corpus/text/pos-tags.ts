import type { Vocabulary } from "../vocabulary";

type Rule = (word: string) => string | undefined;

const always =
  (tag: string): Rule =>
  () =>
    tag;

const verbs: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    MD: "can could may might must shall should will would 'll",
    VBZ: "is has does 's",
    VBP: "am are have do 're 've",
    VBD: "was were had did",
    VB: "be",
    VBN: "been done",
  }).flatMap(([tag, words]) => words.split(" ").map((word) => [word, tag])),
);

const verb: Rule = (word) => {
  if (Object.hasOwn(verbs, word)) return verbs[word];
  if (word.endsWith("ing")) return "VBG";
  if (word.endsWith("ed")) return "VBD";
  return /[^s]s$/.test(word) ? "VBZ" : "VB";
};

const comparison =
  (tag: string): Rule =>
  (word) =>
    word.endsWith("est") ? `${tag}S` : word.endsWith("er") ? `${tag}R` : tag;

/** Penn Treebank tags for universal ones, guessed from the form of the word. */
const penn: Readonly<Record<string, Rule>> = {
  NOUN: (word) => (/[^su]s$/.test(word) ? "NNS" : "NN"),
  PROPN: always("NNP"),
  VERB: verb,
  AUX: verb,
  ADJ: comparison("JJ"),
  ADV: comparison("RB"),
  DET: (word) => (/^(which|whatever|whichever)$/.test(word) ? "WDT" : "DT"),
  PRON: (word) => (/^(my|your|his|her|its|our|their)$/.test(word) ? "PRP$" : /^wh/.test(word) ? "WP" : "PRP"),
  ADP: always("IN"),
  SCONJ: always("IN"),
  CCONJ: always("CC"),
  NUM: always("CD"),
  PART: (word) => (word === "to" ? "TO" : /^['’]s?$/.test(word) ? "POS" : "RB"),
  INTJ: always("UH"),
  SYM: (word) => (/^\p{Sc}$/u.test(word) ? "$" : "SYM"),
  X: always("FW"),
  PUNCT: (word) => {
    if (/^[.?!。？！]+$/.test(word)) return ".";
    if (/^[,，、]$/.test(word)) return ",";
    if (/^\p{Ps}$/u.test(word)) return "-LRB-";
    if (/^\p{Pe}$/u.test(word)) return "-RRB-";
    if (/^[“‘`]+$/.test(word)) return "``";
    return /^["”’']+$/.test(word) ? "''" : ":";
  },
};

/** Coarser tags for a universal one: those of older universal sets, or of sets without the finer tag. */
const coarser: Readonly<Record<string, readonly string[]>> = {
  PROPN: ["NOUN", "NN"],
  AUX: ["VERB"],
  SCONJ: ["ADP"],
  CCONJ: ["CONJ"],
  PART: ["PRT"],
  PUNCT: ["."],
  SYM: ["PUNCT", "."],
  INTJ: ["X"],
};

/**
 * Maps a universal tag to the first of these that the model knows: the tag itself; the punctuation mark, as in GENIA's corpora; the
 * Penn Treebank tag; a coarser tag; "X", the tag of all tokens in a corpus without tags.
 * @returns the universal tag if the model knows none of them
 */
export function modelTag(tag: string, word: string, tags: Pick<Vocabulary, "has">): string {
  const marks = tag === "PUNCT" ? [word, brackets[word]] : [];
  const candidates = [tag, ...marks, penn[tag]?.(word.toLowerCase()), ...(coarser[tag] ?? []), "X"];
  return candidates.find((candidate) => candidate !== undefined && tags.has(candidate)) ?? tag;
}

const brackets: Readonly<Record<string, string>> = {
  "[": "-LSB-",
  "]": "-RSB-",
  "{": "-LCB-",
  "}": "-RCB-",
};
