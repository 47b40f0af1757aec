/** Names of inherited properties of objects. */
export const objectNames: readonly string[] = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "__defineGetter__",
];

/** Names that lead out of a folder. */
export const pathNames: readonly string[] = [
  "../../escaped",
  "/etc/hostname",
  "..",
  ".",
  "a/../../b",
  "C:\\escaped",
  "..\\escaped",
  "file:///etc/hostname",
  "a\0b",
];

/** Texts that a page, picture, terminal, table or program could mistake for markup or code. */
export const markupNames: readonly string[] = [
  "<img src=x onerror=alert(1)>",
  "</script><script>alert(1)</script>",
  "<!--",
  "]]>",
  "javascript:alert(1)",
  "\"'`><",
  "&lt;",
  "{{7*7}}",
  "${".concat("alert(1)}"),
  "%{customdata}",
  "=1+1",
  "\\input{x}",
];

/** Characters that control, split or join text, or are invalid. */
export const oddCharacters: readonly string[] = [
  "\0",
  "\u001b[2J",
  "\r",
  "\u0085",
  "\u2028",
  "\u202e",
  "\u200b",
  "\ufeff",
  "\ufffd",
  "\ufffe",
  "\u{10ffff}",
  "e\u0301",
  "\u0130",
  "👩‍👩‍👧",
];

export const hostileNames: readonly string[] = [
  ...objectNames,
  ...pathNames,
  ...markupNames,
  ...oddCharacters,
  "",
];
