const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60]/u;

/** Is this a character of an East Asian script, or its punctuation, which takes the room of two letters? */
export function isWide(character: string): boolean {
  return wide.test(character);
}

/** Takes no room: it changes the character before it, or only steers. */
const ignorable = /\p{Mark}|\p{Emoji_Modifier}|[\u200b-\u200f\u2060\ufeff]/u;
const emoji = /\p{Emoji_Presentation}/u;
const joiner = "\u200d";

/** Columns that a text takes in a terminal. */
export function textWidth(text: string): number {
  let [sum, before] = [0, ""];
  for (const character of text) {
    const joined = before === joiner; // one picture of several
    if (!joined && !ignorable.test(character)) sum += isWide(character) || emoji.test(character) ? 2 : 1;
    before = character;
  }
  return sum;
}

/** Text filled up with spaces to that many columns. */
export function pad(text: string, columns: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, columns - textWidth(text)));
  return align === "left" ? text + space : space + text;
}

/** Text cut to so many columns; a cut shows. */
export function shorten(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = "";
  for (const character of text) {
    if (textWidth(kept + character) > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Text cut in its middle to so many columns, for names that differ at either end. */
export function shortenWithin(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  const half = Math.floor((columns - 1) / 2);
  let end = "";
  for (const character of [...text].reverse()) {
    if (textWidth(character + end) > half) break;
    end = character + end;
  }
  return shorten(text, columns - textWidth(end)) + end;
}

/** "a, b", of many "a, b and 8 more", for what is read out. */
export function namesOf(all: readonly string[], most = 3): string {
  if (all.length <= most) return all.join(", ");
  const shown = all.slice(0, most - 1);
  return `${shown.join(", ")} and ${all.length - shown.length} more`;
}

/** Text in lines of at most so many columns, broken at spaces. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length && textWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
