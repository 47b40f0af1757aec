const control = /[\p{Cc}\u2028\u2029]/gu;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * Escapes control characters as in JSON, so that a terminal prints the text and executes no escape codes. Line feeds and tabs stay.
 * JSON keeps its meaning.
 */
export function printable(text: string): string {
  return text.replace(control, (character) => (/[\n\t]/.test(character) ? character : escaped(character)));
}

/** Like {@link printable}, but on one line: also escapes line feeds and tabs. */
export function oneLine(text: string): string {
  return text.replace(control, escaped);
}

/** Replaces invisible characters, and those that look like a space, by their code points: "<U+200B>". */
export function visible(text: string): string {
  return text.replace(
    /[^\P{C}]|[\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2069\u3000\ufffd]/gu,
    (character) => {
      const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
      return `<U+${code}>`;
    },
  );
}
