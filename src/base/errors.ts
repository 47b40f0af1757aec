import { oneLine } from "./printable";

/** Every error that this library throws on purpose. `exitCode` is what the command line leaves with. */
export class PnrError extends Error {
  readonly exitCode: number = 1;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Something handed in is wrong: a file, a configuration key, an argument. The message is one line and says the way out. */
export class InputError extends PnrError {
  override readonly exitCode: number = 2;

  /** What only a broken file brings along as part of a name is made fit to print: control characters, and a million others. */
  constructor(message: string, options?: ErrorOptions) {
    super(cutToSize(oneLine(message)), options);
  }
}

/** What `action` gives. @throws InputError of `action`, with the file or option that it is about set before it */
export function naming<T>(source: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${source}: ${error.message}`, { cause: error });
  }
}

/** Where in a corpus file a fault lies: in which sentence, counted from 0, or on which line, counted from 1. */
export interface CorpusPlace {
  readonly file: string;
  readonly sentence?: number;
  readonly line?: number;
  readonly field?: string;
}

/** A fault in a corpus, with its file, sentence or line, field and value. */
export class CorpusError extends InputError {
  readonly place: CorpusPlace;
  /** The message without the place. */
  readonly problem: string;

  constructor(place: CorpusPlace, problem: string, options?: ErrorOptions) {
    const where = [
      place.file,
      place.sentence === undefined ? undefined : `sentence ${place.sentence}`,
      place.line === undefined ? undefined : `line ${place.line}`,
      place.field,
    ];
    super(`${where.filter((part) => part !== undefined).join(": ")}: ${problem}`, options);
    this.place = place;
    this.problem = problem;
  }
}

/** More than any name, path and value of a sound file need together. */
const longestMessage = 1500;

/** The beginning says what is wrong, the end what to do. */
function cutToSize(text: string): string {
  if (text.length <= longestMessage) return text;
  return `${text.slice(0, (longestMessage * 2) / 3)} … ${text.slice(-longestMessage / 3)}`;
}

const longestShown = 60;

/** A value as it should appear in a one-line message: JSON, shortened. No more of it is looked at than is shown. */
export function show(value: unknown): string {
  let text = "";
  for (const part of jsonParts(value)) {
    text += part;
    if (text.length > longestShown) return `${text.slice(0, longestShown - 3)}…`;
  }
  return text;
}

/** JSON of a value piece by piece, however deep it is. */
function* jsonParts(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    yield* listParts("[", value, "]");
  } else if (typeof value === "object" && value !== null && !("toJSON" in value)) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    yield* listParts("{", entries, "}");
  } else {
    // JSON has no Infinity, and would show null
    const isNumber = typeof value === "number";
    const shown = typeof value === "string" ? value.slice(0, longestShown) : value;
    yield isNumber ? String(value) : (JSON.stringify(shown) ?? String(value));
  }
}

function* listParts(open: "[" | "{", items: Iterable<unknown>, close: string): Generator<string> {
  let between: string = open;
  for (const item of items) {
    yield between;
    between = ",";
    if (open === "[") yield* jsonParts(item === undefined ? null : item);
    else {
      const [key, inner] = item as [string, unknown];
      yield* jsonParts(key);
      yield ":";
      yield* jsonParts(inner);
    }
  }
  yield between === open ? open + close : close;
}
