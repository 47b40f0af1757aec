import type { Random } from "../../src/engine/random";
import { pick, pickWeighted } from "./draw";

/** Invents a name of one kind at each call. Spaces separate its tokens. */
export type Inventor = (random: Random) => string;

const onsets = "b c d f g h k l m n p r s t v z br cr dr fl gl kr pl pr st tr th ph sc".split(" ");
const vowels = "a e i o u a e i o ei ou".split(" ");
const codas = ["", "", "", "l", "n", "r", "x", "s", "m"];
const capitals = "ABCDEFGHIKLMNPRSTVXZ";
const greek = ["alpha", "beta", "gamma", "delta", "kappa", "epsilon"];

/** Calls one of the inventors, drawn by weight. */
function oneOf(...choices: readonly (readonly [weight: number, inventor: Inventor])[]): Inventor {
  return (random) => pickWeighted(random, choices)(random);
}

/** Returns a function that invents names from a template: `{A}` capitals, `{n}` a number, `{stem}`, `{Stem}`, `{greek}`. */
function like(...templates: readonly string[]): Inventor {
  return (random) => pick(random, templates).replace(/\{(\w+)\}/g, (_, part: string) => parts[part](random));
}

const parts: Readonly<Record<string, Inventor>> = {
  A: (random) => Array.from({ length: 2 + random.below(3) }, () => pick(random, [...capitals])).join(""),
  n: (random) => String(1 + random.below(random.uniform() < 0.7 ? 9 : 120)),
  stem: (random) => stem(random),
  Stem: (random) => capitalized(stem(random)),
  greek: (random) => pick(random, greek),
};

function stem(random: Random): string {
  const syllables = 1 + random.below(2);
  return Array.from(
    { length: syllables },
    () => pick(random, onsets) + pick(random, vowels) + pick(random, codas),
  ).join("");
}

function capitalized(word: string): string {
  return word[0].toUpperCase() + word.slice(1);
}

/** A gene has the name of its protein, so these names are used for DNA, RNA and proteins. */
export const gene: Inventor = oneOf(
  [30, like("{A}-{n}", "{A}{n}", "{A}")],
  [6, like("{A}-{n}{greek}", "{A}-{A}")],
  [8, like("p{n}", "gp{n}")],
  [24, like("{stem}in", "{stem}ase", "{stem}kine", "{Stem}", "{stem}globin", "{stem}ectin", "c-{Stem}")],
  [7, like("{A} {greek}", "{A}-{greek} {n}", "{stem}in {greek}")],
  [6, like("{stem}kine {n}", "{stem} kinase", "{Stem} kinase")],
  [2, like("{stem} growth factor", "{A} growth factor")],
);

/** Names like those of genes: only the surrounding words distinguish many cell lines from proteins. */
export const line: Inventor = like("{A}-{n}", "{A}{n}", "{A}", "{Stem}", "{Stem}-{n}");

export const chemical: Inventor = oneOf(
  [6, like("{stem}ol", "{stem}ide", "{stem}mycin", "{stem}ine", "{stem}ate", "{stem}sporin A")],
  [4, like("{A}", "{A}-{n}")],
);

export const disease: Inventor = like("{A}", "{stem}emia", "{stem}itis", "{Stem} syndrome", "{stem}oma");

export const virus: Inventor = like("{A}-{n}", "{Stem} virus", "{A}");

export const author: Inventor = like("{Stem}er", "{Stem}", "{Stem}son", "{Stem}mann");

export const motif: Inventor = like("{A}", "{A}-{n}", "{A}-like", "{greek} {A}", "E{n}");

export const marker: Inventor = like("{A}{n}+", "CD{n}+");

/** Singular; the plural adds an s. */
export const cell: Inventor = like(
  "{stem}cyte",
  "{stem}blast",
  "{stem}phage",
  "{stem}al cell",
  "{stem}oid cell",
);

export const locus: Inventor = (random) => {
  const arm = pick(random, ["p", "q"]);
  const band = `${1 + random.below(22)}${arm}${11 + random.below(25)}`;
  return random.uniform() < 0.3 ? `chromosome ${band}` : band;
};
