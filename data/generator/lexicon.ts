import type { Random } from "../../src/engine/random";
import { pick } from "./draw";
import type { Token } from "./grammar";
import * as invent from "./names";

type Kind = "gene" | "line" | "chemical" | "disease" | "virus" | "motif" | "marker" | "cell";

const inventors: Readonly<Record<Kind, invent.Inventor>> = {
  gene: invent.gene,
  line: invent.line,
  chemical: invent.chemical,
  disease: invent.disease,
  virus: invent.virus,
  motif: invent.motif,
  marker: invent.marker,
  cell: invent.cell,
};

const kinds = Object.keys(inventors) as Kind[];

/** How many names of each kind a document repeats: its topics. */
const topicCounts: NameCounts = {
  gene: 6,
  line: 2,
  chemical: 3,
  disease: 1,
  virus: 1,
  motif: 2,
  marker: 2,
  cell: 3,
};

/** Probability that a name is one of the document's topics instead of any common name. */
const topicality = 0.8;

/** Well-known cells, in addition to the invented ones. */
const familiarCells = [
  "T cell",
  "B cell",
  "T lymphocyte",
  "B lymphocyte",
  "monocyte",
  "macrophage",
  "fibroblast",
];

/** Names of each kind, the most frequent first. */
export type Pool = Readonly<Record<Kind, readonly string[]>>;

/** How many names of each kind to invent. */
export type NameCounts = Readonly<Record<Kind, number>>;

/**
 * Invents `times` · `counts` names of each kind.
 * @param taken names already in use; the new ones are added.
 */
export function inventPool(random: Random, counts: NameCounts, times: number, taken: Set<string>): Pool {
  const names = (kind: Kind) => {
    const found: string[] = [];
    while (found.length < times * counts[kind]) {
      const name = inventors[kind](random);
      if (!taken.has(name)) {
        taken.add(name);
        found.push(name);
      }
    }
    return found;
  };
  return Object.fromEntries(kinds.map((kind) => [kind, names(kind)])) as Record<Kind, string[]>;
}

/** The pool with the familiar cells before the invented ones. */
export function withFamiliarCells(pool: Pool): Pool {
  return { ...pool, cell: [...familiarCells, ...pool.cell] };
}

/** The names of one document. */
export class Lexicon {
  private readonly topics: Pool;

  /**
   * @param common names of all parts of the corpus.
   * @param own names of the part that the document belongs to.
   * @param ownShare probability that a topic is one of the part's own names.
   */
  constructor(
    private readonly random: Random,
    private readonly common: Pool,
    own: Pool,
    ownShare: number,
  ) {
    const topicsOf = (kind: Kind) =>
      Array.from({ length: topicCounts[kind] }, () =>
        random.uniform() < ownShare ? pick(this.random, own[kind]) : this.frequent(common[kind]),
      );
    this.topics = Object.fromEntries(kinds.map((kind) => [kind, topicsOf(kind)])) as Record<Kind, string[]>;
  }

  /**
   * The tokens of a name, or of a number, year and the like.
   * @param used names in the sentence so far, which are rarely repeated.
   */
  name(symbol: string, used: Set<string>): Token[] {
    let text = this.text(symbol);
    for (let tries = 0; used.has(text) && tries < 3; tries++) text = this.text(symbol);
    used.add(text);
    return text.split(" ").map((token) => ({ text: token, pos: tagOfName(token) }));
  }

  private text(symbol: string): string {
    switch (symbol) {
      case "cells":
        return `${this.text("cell")}s`;
      case "number":
        return String(2 + this.random.below(pick(this.random, [9, 30, 98])));
      case "year":
        return String(1985 + this.random.below(20));
      case "unit":
        return pick(this.random, ["nM", "mM", "ng/ml", "U/ml"]);
      case "method":
        return pick(this.random, [
          "microscopy",
          "gel electrophoresis",
          "image analysis",
          "chromatography",
          "titration",
        ]);
      case "author":
        return invent.author(this.random);
      case "locus":
        return invent.locus(this.random);
      default:
        return this.nameOf(symbol as Kind);
    }
  }

  private nameOf(kind: Kind): string {
    return this.random.uniform() < topicality
      ? pick(this.random, this.topics[kind])
      : this.frequent(this.common[kind]);
  }

  /** Early names are drawn more often than late ones, as in real text. */
  private frequent<Item>(items: readonly Item[]): Item {
    return items[Math.floor(items.length * this.random.uniform() * this.random.uniform())];
  }
}

function tagOfName(text: string): string {
  if (/^\d+$/.test(text)) return "NUM";
  return /^[a-z-]+$/.test(text) ? "NOUN" : "PROPN";
}
