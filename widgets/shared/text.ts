const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60]/u;

/** Whether this is an East Asian character or its punctuation, which is as wide as two letters. */
export function isWide(character: string): boolean {
  return wide.test(character);
}

/** Combining and formatting characters, which have no width. */
const ignorable = /\p{Mark}|\p{Emoji_Modifier}|[\u200b-\u200f\u2060\ufeff]/u;
const emoji = /\p{Emoji_Presentation}/u;
const joiner = "\u200d";

/** Width of a text in terminal columns. */
export function textWidth(text: string): number {
  let [width, previous] = [0, ""];
  for (const character of text) {
    const joined = previous === joiner; // several emoji in one picture
    if (!joined && !ignorable.test(character)) width += isWide(character) || emoji.test(character) ? 2 : 1;
    previous = character;
  }
  return width;
}

/** Pads a text with spaces to that many columns. */
export function pad(text: string, columns: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, columns - textWidth(text)));
  return align === "left" ? text + space : space + text;
}

/** Shortens a text to that many columns, with "…" at its end. */
export function shorten(text: string, columns: number): string {
  return shortenTo(text, columns, textWidth);
}

/** Shortens a text to a width that `measure` gives, with "…" at its end. */
export function shortenTo(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text;
  const room = width - measure("…");
  let start = "";
  for (const character of text) {
    if (measure(start + character) > room) break;
    start += character;
  }
  return `${start}…`;
}

/** Shortens a text to that many columns, with "…" in its middle, for names that differ at either end. */
export function shortenMiddle(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  const half = Math.floor((columns - 1) / 2);
  let end = "";
  for (const character of [...text].reverse()) {
    if (textWidth(character + end) > half) break;
    end = character + end;
  }
  return shorten(text, columns - textWidth(end)) + end;
}

/** Paths without the folders in which all of them begin or end: "runs/a/training" and "runs/b/training" → "a" and "b". */
export function distinctParts(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split("/"));
  const shortest = Math.min(...parts.map(({ length }) => length));
  const shared = (at: number): boolean => parts.every((each) => each.at(at) === parts[0].at(at));
  let [first, last] = [0, 0];
  while (first < shortest - 1 && shared(first)) first++;
  while (last < shortest - 1 - first && shared(-1 - last)) last++;
  return parts.map((each) => each.slice(first, each.length - last).join("/"));
}

/** "a, b"; for many names "a, b and 8 more". */
export function listNames(names: readonly string[], most = 3): string {
  if (names.length <= most) return names.join(", ");
  return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
}

/** The words of a span, `end` exclusive, without spaces between East Asian ones. */
export function spanText(
  tokens: readonly string[],
  { start, end }: { readonly start: number; readonly end: number },
): string {
  return tokens.slice(start, end).reduce((text, token) => {
    const adjacent = !text || (isWide(text.at(-1) ?? "") && isWide(token));
    return adjacent ? text + token : `${text} ${token}`;
  }, "");
}

/** Breaks a text at spaces into lines of at most that many columns. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length && textWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
