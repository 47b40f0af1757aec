import type { Vocabulary } from "../vocabulary";

type Rule = (word: string) => string | undefined;

const always =
  (tag: string): Rule =>
  () =>
    tag;

const verbs: Readonly<Record<string, string>> = {
  ...{
    can: "MD",
    could: "MD",
    may: "MD",
    might: "MD",
    must: "MD",
    shall: "MD",
    should: "MD",
    will: "MD",
    would: "MD",
  },
  ...{
    is: "VBZ",
    has: "VBZ",
    does: "VBZ",
    "'s": "VBZ",
    am: "VBP",
    are: "VBP",
    have: "VBP",
    do: "VBP",
    "'re": "VBP",
  },
  ...{
    was: "VBD",
    were: "VBD",
    had: "VBD",
    did: "VBD",
    be: "VB",
    been: "VBN",
    done: "VBN",
    "'ll": "MD",
    "'ve": "VBP",
  },
};

const verb: Rule = (word) => {
  if (Object.hasOwn(verbs, word)) return verbs[word];
  if (word.endsWith("ing")) return "VBG";
  if (word.endsWith("ed")) return "VBD";
  return /[^s]s$/.test(word) ? "VBZ" : "VB";
};

const compared =
  (tag: string): Rule =>
  (word) =>
    word.endsWith("est") ? `${tag}S` : word.endsWith("er") ? `${tag}R` : tag;

/** The Penn Treebank's tags for universal ones, as far as a word's form tells. */
const penn: Readonly<Record<string, Rule>> = {
  NOUN: (word) => (/[^su]s$/.test(word) ? "NNS" : "NN"),
  PROPN: always("NNP"),
  VERB: verb,
  AUX: verb,
  ADJ: compared("JJ"),
  ADV: compared("RB"),
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

/** What stands for a universal tag in a coarser set: older universal tags, or a set without the finer one. */
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
 * The tag by which a model knows a universal one: itself; punctuation as its own tag, as GENIA's corpora have it; the Penn
 * Treebank's tag; a coarser one; "X", which stands for all where a corpus has no tags.
 * @returns the universal tag itself where the model knows none of these, which is then an unknown one
 */
export function knownTag(tag: string, word: string, known: Pick<Vocabulary, "has">): string {
  const small = word.toLowerCase();
  const own = tag === "PUNCT" ? [word, brackets[word]] : [];
  const candidates = [tag, ...own, penn[tag]?.(small), ...(coarser[tag] ?? []), "X"];
  return candidates.find((candidate) => candidate !== undefined && known.has(candidate)) ?? tag;
}

const brackets: Readonly<Record<string, string>> = {
  "[": "-LSB-",
  "]": "-RSB-",
  "{": "-LCB-",
  "}": "-RCB-",
};
