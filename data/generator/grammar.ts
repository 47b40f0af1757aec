import type { Entity } from "../../src/corpus/types";
import type { Random } from "../../src/engine/random";
import { pickWeighted } from "./draw";
import { tagOf } from "./words";

/** The alternatives of each rule. A number before an alternative is its weight; the default is 1. */
export type Rules = Readonly<Record<string, readonly Alternative[]>>;
export type Alternative = string | readonly [weight: number, text: string];

export interface Token {
  readonly text: string;
  readonly pos: string;
}

/** The source of names that no rule contains. */
export interface Names {
  /** A new or known name for a symbol, different from those already used. */
  name(symbol: string, used: Set<string>): Token[];
}

/** Most tokens that a mention may have. */
export const longestMention = 8;

/** Tokens with their mentions, outer ones before those inside them. */
export interface AnnotatedText {
  readonly tokens: readonly Token[];
  readonly mentions: readonly Entity[];
}

/** `{symbol}`, possibly with a prefix or suffix: `anti-{gene}` */
const reference = /^(.*)\{(\w+)\}(.*)$/;

/**
 * Expands a rule into annotated text. In an alternative, `{symbol}` is another rule or a name of the lexicon, and `[type … ]` is a
 * mention. Spaces separate the items.
 */
export function expand(rules: Rules, start: string, lexicon: Names, random: Random): AnnotatedText {
  const tokens: Token[] = [];
  const mentions: Entity[] = [];
  const used = new Set<string>();
  const open: { start: number; type: string }[] = [];

  const write = (text: string) => {
    for (const item of text.split(" ")) {
      const [, prefix, symbol, suffix] = item.match(reference) ?? [];
      if (item === "]") {
        mentions.push({ ...open.pop()!, end: tokens.length });
      } else if (item.startsWith("[")) {
        open.push({ start: tokens.length, type: item.slice(1) });
      } else if (symbol === undefined) {
        tokens.push({ text: item, pos: tagOf(item) });
      } else if (symbol in rules) {
        write(drawn(rules[symbol], random));
      } else {
        tokens.push(...affixed(lexicon.name(symbol, used), prefix, suffix));
      }
    }
  };

  write(drawn(rules[start], random));
  return { tokens, mentions: mentions.sort((a, b) => a.start - b.start || b.end - a.end) };
}

function drawn(alternatives: readonly Alternative[], random: Random): string {
  const weighted = alternatives.map((alternative) =>
    typeof alternative === "string" ? ([1, alternative] as const) : alternative,
  );
  return pickWeighted(random, weighted);
}

function affixed(name: readonly Token[], prefix: string, suffix: string): Token[] {
  return name.map(({ text, pos }, at) => ({
    text: (at === 0 ? prefix : "") + text + (at === name.length - 1 ? suffix : ""),
    pos,
  }));
}
