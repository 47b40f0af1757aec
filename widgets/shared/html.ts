/** Escapes text for HTML and XML, also inside quoted attributes. */
export function escapeHtml(text: string): string {
  return printable(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}

/**
 * Control characters and lone surrogates, which XML cannot hold (resvg then draws nothing), and bidirectional controls, which
 * would reorder the text after them.
 */
const unprintable = /[^\P{Cc}\t\n\r]|[\p{Cs}\ufffe\uffff\u202a-\u202e\u2066-\u2069]/gu;

/** Replaces characters that cannot be shown, or that reorder text, with U+FFFD. */
export function printable(text: string): string {
  return text.replace(unprintable, "\ufffd");
}

/** JSON for use inside a script element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/</g, "\\u003c");
}
