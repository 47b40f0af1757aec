import { BlankIndex } from "./blank-index";

export interface Counting {
  readonly unit: "characters" | "utf-16" | "bytes";
  /** Changes that a tool made to the text before it counted. */
  readonly changes: readonly Change[];
}

type Change = "line-ends" | "byte-order-mark" | "composed" | "entities";

export const bratCounting: Counting = { unit: "characters", changes: [] };

const units: Readonly<Record<Counting["unit"], string>> = {
  characters: "Unicode characters",
  "utf-16": "UTF-16 units",
  bytes: "bytes of UTF-8",
};

const changes: Readonly<
  Record<Change, { readonly pattern: string; readonly description: string; length(text: string): number }>
> = {
  "byte-order-mark": { pattern: "^\\ufeff", description: "no byte order mark", length: () => 0 },
  "line-ends": { pattern: "\\r\\n", description: "a line end (CRLF) as one", length: () => 1 },
  entities: {
    pattern: "&(?:amp|lt|gt|quot|apos|nbsp|#\\d{1,7}|#x[\\da-fA-F]{1,6});",
    description: "an entity such as &amp; as one",
    length: () => 1,
  },
  composed: {
    pattern: "\\P{M}\\p{M}+",
    description: "a letter with its accent as one (NFC)",
    length: (text) => [...text.normalize("NFC")].length,
  },
};

export function describeCounting({ unit, changes: made }: Counting): string {
  return [units[unit], ...made.map((change) => changes[change].description)].join(", ");
}

/** All ways to count that differ for a text, most likely first. */
export function* countingsOf(text: string): Generator<Counting> {
  const possibleUnits: Counting["unit"][] = [
    "characters",
    ...(/[\ud800-\udfff]/.test(text) ? (["utf-16"] as const) : []),
    ...(/[^\0-\x7f]/.test(text) ? (["bytes"] as const) : []),
  ];
  const applicable = (Object.keys(changes) as Change[]).filter((change) =>
    new RegExp(changes[change].pattern, "u").test(text),
  );
  const subsets = Array.from({ length: 2 ** applicable.length }, (_, bits) =>
    applicable.filter((_, index) => bits & (1 << index)),
  ).sort((a, b) => a.length - b.length);
  for (const subset of subsets) for (const unit of possibleUnits) yield { unit, changes: subset };
}

/** A text with the units that a file's offsets count. */
export interface OffsetText {
  readonly text: string;
  readonly length: number;
  /** Converts an offset in these units to UTF-16 code units. */
  toUtf16(offset: number): number;
  readonly blanks: BlankIndex;
}

export function offsetText(
  text: string,
  { unit, changes: made }: Counting = bratCounting,
  blanks: BlankIndex = new BlankIndex(text),
): OffsetText {
  if (!made.length && (unit === "utf-16" || !/[^\0-\x7f]/.test(text)))
    return { text, length: text.length, toUtf16: (offset) => offset, blanks };
  const patterns = made.map((change) => changes[change]);
  const segment = new RegExp([...patterns.map(({ pattern }) => `(${pattern})`), "[\\s\\S]"].join("|"), "gu");
  const utf16 = new Uint32Array((unit === "bytes" ? Buffer.byteLength(text) : text.length) + 1);
  let length = 0;
  for (const match of text.matchAll(segment)) {
    const [whole, ...groups] = match;
    const which = groups.findIndex((group) => group !== undefined);
    const count = which < 0 ? unitsOf(whole, unit) : patterns[which].length(whole);
    // an offset inside a segment is as far inside as the segment's length allows
    for (let inside = 0; inside < count; inside++)
      utf16[length++] = match.index + Math.min(inside, whole.length - 1);
  }
  utf16[length] = text.length;
  return { text, length, toUtf16: (offset) => utf16[offset], blanks };
}

function unitsOf(character: string, unit: Counting["unit"]): number {
  return unit === "characters" ? 1 : unit === "utf-16" ? character.length : Buffer.byteLength(character);
}
