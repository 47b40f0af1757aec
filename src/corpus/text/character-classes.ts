/** Alternatives of regular expressions (flag `u`) that the tokenizers of all languages share. */

/** An invisible character: zero-width spaces and joiners, soft hyphens, direction marks, variation selectors. */
export const invisible: string = String.raw`(?!\p{L})\p{Default_Ignorable_Code_Point}`;

/** A whole emoji, with skin tone, presentation selector and joined emoji; a flag; a keycap. */
export const emoji: string = (() => {
  const modifier = String.raw`(?:\ufe0f|[\u{1f3fb}-\u{1f3ff}])`;
  const base = String.raw`(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}(?=\u200d|${modifier}))`;
  const joined = String.raw`(?:\u200d\p{Extended_Pictographic}${modifier}?)*`;
  const flag = String.raw`\p{Regional_Indicator}{2}`;
  return String.raw`${flag}|[0-9#*]\ufe0f?\u20e3|${base}${modifier}?[\u{e0020}-\u{e007f}]*${joined}`;
})();

/** Scripts without spaces between words. */
export const unspaced: string = ["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"]
  .map((script) => String.raw`\p{Script=${script}}`)
  .join("");

const blank = new RegExp(String.raw`^(?:\s|${invisible})*$`, "u");

export function isBlank(text: string): boolean {
  return blank.test(text);
}
