import { Blanks } from "./blanks";

/** What counts as one of the characters that offsets count. */
export interface Counting {
  readonly unit: "characters" | "utf-16" | "bytes";
  /** Ways in which tools count a text otherwise than it stands in the file. */
  readonly without: readonly Difference[];
}

type Difference = "line-ends" | "byte-order-mark" | "composed" | "entities";

/** Offsets as brat counts them. */
export const bratCounting: Counting = { unit: "characters", without: [] };

const units: Readonly<Record<Counting["unit"], string>> = {
  characters: "Unicode characters",
  "utf-16": "UTF-16 units",
  bytes: "bytes of UTF-8",
};

const differences: Readonly<
  Record<Difference, { readonly pattern: string; readonly says: string; length(text: string): number }>
> = {
  "byte-order-mark": { pattern: "^\\ufeff", says: "no byte order mark", length: () => 0 },
  "line-ends": { pattern: "\\r\\n", says: "a line end (CRLF) as one", length: () => 1 },
  entities: {
    pattern: "&(?:amp|lt|gt|quot|apos|nbsp|#\\d{1,7}|#x[\\da-fA-F]{1,6});",
    says: "an entity such as &amp; as one",
    length: () => 1,
  },
  composed: {
    pattern: "\\P{M}\\p{M}+",
    says: "a letter with its accent as one (NFC)",
    length: (text) => [...text.normalize("NFC")].length,
  },
};

/** What a counting counts, in words. */
export function describeCounting({ unit, without }: Counting): string {
  return [units[unit], ...without.map((difference) => differences[difference].says)].join(", ");
}

/** The ways to count that make a difference for a text, the likelier first. */
export function* countingsOf(text: string): Generator<Counting> {
  const wide = /[^\0-\x7f]/.test(text);
  const possible: Counting["unit"][] = [
    "characters",
    ...(/[\ud800-\udfff]/.test(text) ? (["utf-16"] as const) : []),
    ...(wide ? (["bytes"] as const) : []),
  ];
  const applicable = (Object.keys(differences) as Difference[]).filter((difference) =>
    new RegExp(differences[difference].pattern, "u").test(text),
  );
  const subsets = Array.from({ length: 2 ** applicable.length }, (_, bits) =>
    applicable.filter((_, at) => bits & (1 << at)),
  ).sort((one, other) => one.length - other.length);
  for (const without of subsets) for (const unit of possible) yield { unit, without };
}

/** A text and the characters that offsets count in it. */
export interface OffsetText {
  readonly text: string;
  /** How many characters there are. */
  readonly length: number;
  /** The place of a character, in UTF-16 code units. */
  unit(character: number): number;
  readonly blanks: Blanks;
}

export function offsetText(
  text: string,
  { unit, without }: Counting = bratCounting,
  blanks: Blanks = new Blanks(text),
): OffsetText {
  if (!without.length && (unit === "utf-16" || !/[^\0-\x7f]/.test(text)))
    return { text, length: text.length, unit: (character) => character, blanks };
  const patterns = without.map((difference) => ({ ...differences[difference] }));
  const segment = new RegExp([...patterns.map(({ pattern }) => `(${pattern})`), "[\\s\\S]"].join("|"), "gu");
  const places = new Uint32Array((unit === "bytes" ? Buffer.byteLength(text) : text.length) + 1);
  let length = 0;
  for (const match of text.matchAll(segment)) {
    const [whole, ...groups] = match;
    const which = groups.findIndex((group) => group !== undefined);
    const count = which < 0 ? sizeOf(whole, unit) : patterns[which].length(whole);
    // a place inside what counts as several is as far inside it as can be
    for (let inside = 0; inside < count; inside++)
      places[length++] = match.index + Math.min(inside, whole.length - 1);
  }
  places[length] = text.length;
  return { text, length, unit: (character) => places[character], blanks };
}

function sizeOf(character: string, unit: Counting["unit"]): number {
  return unit === "characters" ? 1 : unit === "utf-16" ? character.length : Buffer.byteLength(character);
}
