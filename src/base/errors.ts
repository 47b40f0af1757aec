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

  /** Control characters of the message, which only a broken file brings along as part of a name, are written as escapes. */
  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
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

/** A text on one line of a terminal, whatever is in it: line ends and terminal codes as JSON writes them. */
function oneLine(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A value as it should appear in a one-line message: JSON, shortened. */
export function show(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    // it holds itself, or is nested too deeply: only a file that was made for it describes such a value
    text = Array.isArray(value) ? "a list" : `a ${typeof value}`;
  }
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
