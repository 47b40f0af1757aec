/** A text in one line of a table or heading: what ends a line or steers a terminal or the direction of text is a space. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ");
}
