import type { CorpusPlace } from "../../base/errors";
import { CorpusError, InputError, show } from "../../base/errors";
import { choice, type FormatOptions } from "./format";

/** What a tag says: where in its entity a token stands, and the entity's type. */
export interface Tag {
  readonly prefix: string;
  readonly type: string;
}

/** How a file spells its tags. */
export interface Spelling {
  /** As in `B_PER`, for reports. */
  readonly example: string;
  /** @returns null for a token outside of every entity, undefined for a text that is not a tag */
  parse(text: string): Tag | null | undefined;
  /** Whether tags are types alone, so that entities of one type side by side are one. */
  readonly bare?: true;
}

export interface TagOptions {
  /** Column files: how tags are spelled: `B-PER` or `B_PER`, `PER-B` or `PER_B`, or a type alone. Default: recognized. */
  readonly tags?: "prefix" | "suffix" | "bare";
  /** Column files: the type of all entities, for tags that are B, I and O alone. */
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
    help: "the type of all entities, for tags that are B, I and O alone",
    parse(text) {
      if (text.trim() === "") throw new InputError("It must be a name.");
      return text.trim();
    },
  },
};

/** Prefixes of all schemes: IOB, BIOES, BMES (M for I) and BILOU (L for E, U for S). */
const prefixes = "[BIMELSU]";

function affixed(example: string, pattern: RegExp, outside: RegExp): Spelling {
  return {
    example,
    parse(text) {
      if (outside.test(text)) return null;
      const match = pattern.exec(text);
      return match?.groups && { prefix: match.groups.prefix.toUpperCase(), type: match.groups.type };
    },
  };
}

/** The usual spelling. */
export const dashed: Spelling = affixed(
  "B-PER",
  new RegExp(`^(?<prefix>${prefixes})-(?<type>.+)$`, "su"),
  /^O$/,
);

const before: readonly Spelling[] = [
  dashed,
  affixed("B_PER", new RegExp(`^(?<prefix>${prefixes})_(?<type>.+)$`, "su"), /^O$/),
  affixed("b-per", new RegExp(`^(?<prefix>${prefixes})-(?<type>.+)$`, "isu"), /^O$/i),
  affixed("b_per", new RegExp(`^(?<prefix>${prefixes})_(?<type>.+)$`, "isu"), /^O$/i),
];

const behind: readonly Spelling[] = [
  affixed("PER-B", new RegExp(`^(?<type>.+)-(?<prefix>${prefixes})$`, "su"), /^O$/),
  affixed("PER_B", new RegExp(`^(?<type>.+)_(?<prefix>${prefixes})$`, "su"), /^O$/),
  affixed("per-b", new RegExp(`^(?<type>.+)-(?<prefix>${prefixes})$`, "isu"), /^O$/i),
  affixed("per_b", new RegExp(`^(?<type>.+)_(?<prefix>${prefixes})$`, "isu"), /^O$/i),
];

const untyped: Spelling = {
  example: "B",
  parse: (text) =>
    /^O$/i.test(text)
      ? null
      : /^[BIMELSU]$/i.test(text)
        ? { prefix: text.toUpperCase(), type: "" }
        : undefined,
};

const bare: Spelling = {
  example: "PER",
  bare: true,
  parse: (text) => (/^O$/i.test(text) ? null : text === "" ? undefined : { prefix: "I", type: text }),
};

/** The tag of a text in any spelling that says it by itself, for a look at a file's beginning. */
export function isTag(text: string): boolean {
  return [...before, ...behind, untyped].some((spelling) => spelling.parse(text) !== undefined);
}

/** How often each text occurs in a column. */
export type Counts = ReadonlyMap<string, number>;

/**
 * How a column of tags is spelled: the first spelling that fits nine tenths of the tags, or of those that are not O.
 * @returns undefined for a column without tags
 */
export function spellingOf(counts: Counts, option?: TagOptions["tags"]): Spelling | undefined {
  const among =
    option === "bare"
      ? [bare]
      : option === "suffix"
        ? behind
        : option === "prefix"
          ? before
          : [...before, ...behind, untyped];
  return (
    among.find((spelling) => fits(spelling, counts)) ??
    (option === undefined && areBare(counts) ? bare : undefined)
  );
}

function fits(spelling: Spelling, counts: Counts): boolean {
  let all = 0;
  let tags = 0;
  let outside = 0;
  const seen = new Set<string>();
  for (const [text, count] of counts) {
    all += count;
    const tag = spelling.parse(text);
    if (tag === null) outside += count;
    else if (tag) {
      tags += count;
      seen.add(tag.prefix);
    }
  }
  // an entity has an end or a middle only where it has a beginning, but types such as E-mail have none
  const whole = !/[ELM]/.test([...seen].join("")) || seen.has("B");
  return whole && tags + outside > 0 && tags >= 0.8 * (all - outside) && (tags > 0 || outside >= 0.9 * all);
}

/** A column of bare types differs from words and parts of speech: it has few values, and most of them are O. */
function areBare(counts: Counts): boolean {
  let all = 0;
  for (const count of counts.values()) all += count;
  const outside = (counts.get("O") ?? 0) + (counts.get("o") ?? 0);
  return outside >= 0.5 * all && all - outside >= 10 && counts.size - 1 <= (all - outside) / 3;
}

/** @throws CorpusError that says what is wrong with a text among tags so spelled */
export function notATag(text: string, { example }: Spelling, place: CorpusPlace): CorpusError {
  if (/^[BIMELSU]-?$/.test(text))
    return new CorpusError(
      place,
      `tag ${show(text)} has no type; write one behind it, as in "${text[0]}-PER", or give one for all: --type PER`,
    );
  return new CorpusError(
    place,
    `${show(text)} is not a tag; a tag is O, or B, I, E, S (M, L, U) and a type, as in ${example}`,
  );
}
