/** Quotes a word so that a POSIX shell takes it literally. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Quotes words for a POSIX shell and joins them to one line. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

/** A command to paste into a shell, as in command`pnr predict --run ${folder}`: every value is one word. */
export function command(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((text, part, at) => text + shellWord(values[at - 1]) + part);
}
