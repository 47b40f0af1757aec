import assert, { AssertionError } from "node:assert/strict";
import { InputError } from "../../src/base/errors";
import { Random } from "../../src/engine/random";
import type { Parts, Reader } from "./reader";

/** Milliseconds of processor time of this process, which other processes do not affect. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export type Outcome =
  | { readonly kind: "read" }
  /** `why` is the message without the details of this input. */
  | { readonly kind: "rejected"; readonly message: string; readonly why: string };

/** A message names a file, a position and a value, each of them shortened. */
const longestMessage = 2000;

const objectNames = Object.getOwnPropertyNames(Object.prototype).length;

/**
 * Reads an input with a reader.
 * @throws AssertionError, or the error of the reader, unless the reader accepts the input or rejects it properly
 */
export async function attempt(reader: Reader, parts: Parts, random: Random): Promise<Outcome> {
  try {
    await reader.read(parts, random);
    return { kind: "read" };
  } catch (error) {
    if (error instanceof AssertionError || !(error instanceof InputError)) throw error;
    const { message } = error;
    assert.doesNotMatch(message, /[\p{Cc}\u2028\u2029]/u, "one line, without control characters");
    assert.ok(message.length <= longestMessage, `a message of ${message.length} characters`);
    assert.ok(message.includes(reader.source), `names ${reader.source}: ${message}`);
    return { kind: "rejected", message, why: kindOf(message) };
  } finally {
    assert.equal(
      Object.getOwnPropertyNames(Object.prototype).length,
      objectNames,
      "Object.prototype is unchanged",
    );
  }
}

/** The kind of an error: its message without file, numbers and quoted values. */
function kindOf(message: string): string {
  return message
    .replace(/"(?:[^"\\]|\\.)*"?/gs, "…")
    .replace(/\S*\/\S+/g, "…")
    .replace(/-?\d[\d.e+]*/g, "#")
    .replace(/(?:#, )+#/g, "#")
    .slice(0, 80);
}

/** Draws the first of every choice: the default options of a reader. */
export class First extends Random {
  constructor() {
    super(0);
  }

  override below(): number {
    return 0;
  }
}
