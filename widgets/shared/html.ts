/** Text as HTML and as XML that shows it, also within a quoted attribute. */
export function escapeHtml(text: string): string {
  return printable(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}

/**
 * Neither SVG nor XML can hold the first, and resvg draws nothing at all then. The others, in one word, turn around the words
 * behind it.
 */
const unprintable = /[^\P{Cc}\t\n\r]|[\p{Cs}\ufffe\uffff\u202a-\u202e\u2066-\u2069]/gu;

/** Text with a sign for every character that only steers something, or is none. */
export function printable(text: string): string {
  return text.replace(unprintable, "\ufffd");
}

/** JSON that may stand within a script element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/</g, "\\u003c");
}
