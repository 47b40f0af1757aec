import { InvalidArgumentError } from "commander";

/** CSS pixels per unit; a CSS pixel is 1/96 inch. */
const units: Readonly<Record<string, number>> = { mm: 96 / 25.4, cm: 96 / 2.54, in: 96, pt: 96 / 72, px: 1 };

/** Narrower and wider pictures are mistakes of the unit. */
const [narrowest, widest] = [100, 4000];

/** Reads a length such as 84mm, 3.3in or 240pt, as CSS pixels. */
export function lengthInPixels(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(mm|cm|in|pt|px)$/.exec(text) ?? [];
  if (number === undefined)
    throw new InvalidArgumentError("It must be a length such as 84mm, 3.3in or 240pt.");
  const pixels = Number(number) * units[unit];
  if (pixels < narrowest || pixels > widest)
    throw new InvalidArgumentError("It must be between 27mm and 1058mm.");
  return pixels;
}
