import { CorpusError, type CorpusLocation, InputError, show } from "../../base/errors";
import { choice, type FormatOptions } from "./format";

/** A token's position in its entity (B, I, …), and the entity's type. */
export interface Tag {
  readonly prefix: string;
  readonly type: string;
}

export interface TagSpelling {
  /** A tag in this spelling for reports, for example `B_PER`. */
  readonly example: string;
  /** @returns null for a token outside entities, undefined for a text that is not a tag */
  parse(text: string): Tag | null | undefined;
  /** Whether tags are types without prefix, so that adjacent entities of one type merge. */
  readonly bare?: true;
}

export interface TagOptions {
  /** Column files: whether tags are `B-PER` or `B_PER`, `PER-B` or `PER_B`, or only `PER`. Default: recognized. */
  readonly tags?: "prefix" | "suffix" | "bare";
  /** Column files: the type of all entities, for tags B, I and O without a type. */
  readonly type?: string;
}

export const tagOptions: FormatOptions<TagOptions> = {
  tags: choice("--tags <spelling>", "how tags are spelled, as in B-PER, PER-B or PER", [
    "prefix",
    "suffix",
    "bare",
  ]),
  type: {
    flags: "--type <name>",
    help: "the type of all entities, for tags B, I and O without a type",
    parse(text) {
      if (text.trim() === "") throw new InputError("It must be a name.");
      return text.trim();
    },
  },
};

/** Prefixes of all schemes: IOB, BIOES, BMES (M for I) and BILOU (L for E, U for S). */
const prefixes = "[BIMELSU]";

function affixed(example: string, pattern: RegExp, outside: RegExp): TagSpelling {
  return {
    example,
    parse(text) {
      if (outside.test(text)) return null;
      const match = pattern.exec(text);
      return match?.groups && { prefix: match.groups.prefix.toUpperCase(), type: match.groups.type };
    },
  };
}

export const dashed: TagSpelling = affixed(
  "B-PER",
  new RegExp(`^(?<prefix>${prefixes})-(?<type>.+)$`, "su"),
  /^O$/,
);

const prefixed: readonly TagSpelling[] = [
  dashed,
  affixed("B_PER", new RegExp(`^(?<prefix>${prefixes})_(?<type>.+)$`, "su"), /^O$/),
  affixed("b-per", new RegExp(`^(?<prefix>${prefixes})-(?<type>.+)$`, "isu"), /^O$/i),
  affixed("b_per", new RegExp(`^(?<prefix>${prefixes})_(?<type>.+)$`, "isu"), /^O$/i),
];

const suffixed: readonly TagSpelling[] = [
  affixed("PER-B", new RegExp(`^(?<type>.+)-(?<prefix>${prefixes})$`, "su"), /^O$/),
  affixed("PER_B", new RegExp(`^(?<type>.+)_(?<prefix>${prefixes})$`, "su"), /^O$/),
  affixed("per-b", new RegExp(`^(?<type>.+)-(?<prefix>${prefixes})$`, "isu"), /^O$/i),
  affixed("per_b", new RegExp(`^(?<type>.+)_(?<prefix>${prefixes})$`, "isu"), /^O$/i),
];

const untyped: TagSpelling = {
  example: "B",
  parse: (text) =>
    /^O$/i.test(text)
      ? null
      : /^[BIMELSU]$/i.test(text)
        ? { prefix: text.toUpperCase(), type: "" }
        : undefined,
};

const bare: TagSpelling = {
  example: "PER",
  bare: true,
  parse: (text) => (/^O$/i.test(text) ? null : text === "" ? undefined : { prefix: "I", type: text }),
};

/** Whether a text is a tag in any spelling with a prefix or suffix. */
export function isTag(text: string): boolean {
  return [...prefixed, ...suffixed, untyped].some((spelling) => spelling.parse(text) !== undefined);
}

/** How often each text occurs in a column. */
export type Counts = ReadonlyMap<string, number>;

/**
 * How a column of tags is spelled: the first spelling that fits the column.
 * @returns undefined for a column without tags
 */
export function spellingOf(counts: Counts, option?: TagOptions["tags"]): TagSpelling | undefined {
  const candidates = {
    bare: [bare],
    suffix: suffixed,
    prefix: prefixed,
    any: [...prefixed, ...suffixed, untyped],
  }[option ?? "any"];
  return (
    candidates.find((spelling) => fits(spelling, counts)) ??
    (option === undefined && areBare(counts) ? bare : undefined)
  );
}

/** Whether at least 80 % of the texts other than O are tags; without any tag, at least 90 % must be O. */
function fits(spelling: TagSpelling, counts: Counts): boolean {
  let all = 0;
  let tags = 0;
  let outside = 0;
  const usedPrefixes = new Set<string>();
  for (const [text, count] of counts) {
    all += count;
    const tag = spelling.parse(text);
    if (tag === null) outside += count;
    else if (tag) {
      tags += count;
      usedPrefixes.add(tag.prefix);
    }
  }
  // without any B, E and M are part of a type, as in E-mail
  const isConsistent = !/[ELM]/.test([...usedPrefixes].join("")) || usedPrefixes.has("B");
  return (
    isConsistent && tags + outside > 0 && tags >= 0.8 * (all - outside) && (tags > 0 || outside >= 0.9 * all)
  );
}

/** Unlike words and parts of speech, a column of bare types has few values, and most are O. */
function areBare(counts: Counts): boolean {
  let all = 0;
  for (const count of counts.values()) all += count;
  const outside = (counts.get("O") ?? 0) + (counts.get("o") ?? 0);
  return outside >= 0.5 * all && all - outside >= 10 && counts.size - 1 <= (all - outside) / 3;
}

export function invalidTag(text: string, { example }: TagSpelling, location: CorpusLocation): CorpusError {
  if (/^[BIMELSU]-?$/.test(text))
    return new CorpusError(
      location,
      `tag ${show(text)} has no type; write one after it, as in "${text[0]}-PER", or give one for all: --type PER`,
    );
  return new CorpusError(
    location,
    `${show(text)} is not a tag; a tag is O, or B, I, E, S (M, L, U) and a type, as in ${example}`,
  );
}
