import assert, { AssertionError } from "node:assert/strict";
import { InputError } from "../../src/base/errors";
import { Random } from "../../src/engine/random";
import type { Parts, Reader } from "./reader";

export type Outcome =
  | { readonly kind: "read" }
  /** `why` is the message without what is particular to this input. */
  | { readonly kind: "refused"; readonly message: string; readonly why: string };

/** A message names a file, a place and a value; each of them is shortened. */
const longestMessage = 2000;

const objectNames = Object.getOwnPropertyNames(Object.prototype).length;

/**
 * Has a reader read an input.
 * @throws AssertionError, or whatever the reader threw, where it did anything else than read it or refuse it as it must
 */
export async function attempt(reader: Reader, parts: Parts, random: Random): Promise<Outcome> {
  try {
    await reader.read(parts, random);
    return { kind: "read" };
  } catch (error) {
    if (error instanceof AssertionError || !(error instanceof InputError)) throw error;
    const { message } = error;
    assert.doesNotMatch(message, /[\p{Cc}\u2028\u2029]/u, "a message of one line, without terminal codes");
    assert.ok(message.length <= longestMessage, `a message of ${message.length} characters`);
    assert.ok(message.includes(reader.source), `a message that names ${reader.source}: ${message}`);
    return { kind: "refused", message, why: kindOf(message) };
  } finally {
    assert.equal(
      Object.getOwnPropertyNames(Object.prototype).length,
      objectNames,
      "a name was given to every object",
    );
  }
}

/** A message without file, numbers and quoted values: what is left is the kind of fault. */
function kindOf(message: string): string {
  return message
    .replace(/"(?:[^"\\]|\\.)*"?/gs, "…")
    .replace(/\S*\/\S+/g, "…")
    .replace(/-?\d[\d.e+]*/g, "#")
    .replace(/(?:#, )+#/g, "#")
    .slice(0, 80);
}

/** Draws the first of everything: the reader's default options. */
export class First extends Random {
  constructor() {
    super(0);
  }

  override below(): number {
    return 0;
  }
}
