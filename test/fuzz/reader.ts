import type { Random } from "../../src/engine/random";

/** The files of one input, in the reader's own order. */
export type Parts = readonly Buffer[];

/** What a file holds decides on the ways in which it is broken. */
export type Shape = "text" | "json" | "binary";

/** An input of any size that a careless reader takes more than its share of time or memory for. */
export interface Growing {
  readonly what: string;
  /** @param size bytes that the input is to have, about */
  of(size: number): Parts;
  /** What becomes of it: it is read, or refused with such a message. */
  readonly ends: "read" | RegExp;
}

/** Something that reads what others have made. */
export interface Reader {
  readonly name: string;
  readonly shapes: readonly Shape[];
  /** Valid inputs. */
  readonly seeds: readonly Parts[];
  /** What means something in the format. */
  readonly words: readonly string[];
  /** What every refusal has in it: the file's name, or that of the option. */
  readonly source: string;
  /** Makes checksums and lengths right again, without which nothing that lies behind them is ever reached. */
  seal?(parts: Parts, random: Random): Parts;
  /**
   * Reads an input and checks that what came out is what it must be.
   * @param random draws the reader's options
   * @throws InputError for what is refused
   * @throws AssertionError for what should have been
   */
  read(parts: Parts, random: Random): unknown;
  readonly growing?: readonly Growing[];
}

/** One of a list. */
export function pick<T>(items: readonly T[], random: Random): T {
  return items[random.below(items.length)];
}
