import { oneLine } from "./printable";

/** Base class of all errors that this library throws on purpose. `exitCode` is the exit code of the command line. */
export class PnrError extends Error {
  readonly exitCode: number = 1;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Invalid input: a file, a config key, an argument. The message is one line and names the way out. */
export class InputError extends PnrError {
  override readonly exitCode: number = 2;

  /** Escapes control characters in the message and shortens it: a broken file can contain very long and unprintable names. */
  constructor(message: string, options?: ErrorOptions) {
    super(cutToSize(oneLine(message)), options);
  }
}

/** Returns the result of `action`. @throws the InputError of `action`, with `source` (a file or option) as a prefix */
export function naming<T>(source: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw withSource(source, error);
  }
}

/** {@link naming} for an action that takes time. */
export async function namingAsync<T>(source: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw withSource(source, error);
  }
}

function withSource(source: string, error: unknown): unknown {
  return error instanceof InputError
    ? new InputError(`${source}: ${error.message}`, { cause: error })
    : error;
}

/** Where an error is in a corpus file. Sentences count from 0, lines from 1. */
export interface CorpusLocation {
  readonly file: string;
  readonly sentence?: number;
  readonly line?: number;
  readonly field?: string;
}

/** An error in a corpus. The message names the file, the sentence or line, the field and the value. */
export class CorpusError extends InputError {
  readonly location: CorpusLocation;
  /** The message without the location. */
  readonly problem: string;

  constructor(location: CorpusLocation, problem: string, options?: ErrorOptions) {
    const where = [
      location.file,
      location.sentence === undefined ? undefined : `sentence ${location.sentence}`,
      location.line === undefined ? undefined : `line ${location.line}`,
      location.field,
    ];
    super(`${where.filter((part) => part !== undefined).join(": ")}: ${problem}`, options);
    this.location = location;
    this.problem = problem;
  }
}

/** Longer than any message about a well-formed file. */
const longestMessage = 1500;

/** Shortens the middle: the beginning says what is wrong, the end what to do. */
function cutToSize(text: string): string {
  if (text.length <= longestMessage) return text;
  return `${text.slice(0, (longestMessage * 2) / 3)} … ${text.slice(-longestMessage / 3)}`;
}

const longestValue = 60;

/** A value for a one-line message: JSON, shortened. Reads only as much of the value as it shows. */
export function show(value: unknown): string {
  let text = "";
  for (const part of jsonParts(value)) {
    text += part;
    if (text.length > longestValue) return `${text.slice(0, longestValue - 3)}…`;
  }
  return text;
}

/** The JSON of a value in pieces; the value may be nested deeply. */
function* jsonParts(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    yield* listParts("[", value, "]");
  } else if (typeof value === "object" && value !== null && !("toJSON" in value)) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    yield* listParts("{", entries, "}");
  } else {
    // JSON would turn Infinity into null.
    const isNumber = typeof value === "number";
    const start = typeof value === "string" ? value.slice(0, longestValue) : value;
    yield isNumber ? String(value) : (JSON.stringify(start) ?? String(value));
  }
}

function* listParts(open: "[" | "{", items: Iterable<unknown>, close: string): Generator<string> {
  let separator: string = open;
  for (const item of items) {
    yield separator;
    separator = ",";
    if (open === "[") yield* jsonParts(item === undefined ? null : item);
    else {
      const [key, inner] = item as [string, unknown];
      yield* jsonParts(key);
      yield ":";
      yield* jsonParts(inner);
    }
  }
  yield separator === open ? open + close : close;
}
