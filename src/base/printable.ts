const control = /[\p{Cc}\u2028\u2029]/gu;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * A text that a terminal shows and does not obey: control characters, the codes that begin with them among these, as JSON
 * writes them. Line feeds and tabs stay. JSON means the same afterwards.
 */
export function printable(text: string): string {
  return text.replace(control, (character) => (/[\n\t]/.test(character) ? character : escaped(character)));
}

/** A {@link printable} text on one line. */
export function oneLine(text: string): string {
  return text.replace(control, escaped);
}
