import type { Random } from "../../src/engine/random";

/** The files of one input, in the order of the reader. */
export type Parts = readonly Buffer[];

/** The kind of a file, which determines how it is broken. */
export type Shape = "text" | "json" | "binary";

/** An input of any size that takes a careless reader too much time or memory. */
export interface Growing {
  readonly what: string;
  /** @param size approximate number of bytes */
  of(size: number): Parts;
  /** The outcome: it is read, or rejected with this message. */
  readonly ends: "read" | RegExp;
}

/** A reader of files from outside. */
export interface Reader {
  readonly name: string;
  readonly shapes: readonly Shape[];
  /** Valid inputs. */
  readonly seeds: readonly Parts[];
  /** Words with a meaning in the format. */
  readonly words: readonly string[];
  /** Part of the message of every rejection: the name of the file or the option. */
  readonly source: string;
  /** Corrects checksums and lengths, so that the code after their validation is reached. */
  seal?(parts: Parts, random: Random): Parts;
  /**
   * Reads an input and checks the result.
   * @param random draws the options
   * @throws InputError if the input is rejected
   * @throws AssertionError if it should have been rejected
   */
  read(parts: Parts, random: Random): unknown;
  readonly growing?: readonly Growing[];
}

/** Draws an item of a list. */
export function pick<T>(items: readonly T[], random: Random): T {
  return items[random.below(items.length)];
}
