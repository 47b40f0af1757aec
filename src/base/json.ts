/** What any file here holds nests a dozen. */
const deepest = 1000;

/** So short a text cannot nest enough to do harm, and most are: the lines of a corpus. */
const harmless = 2 ** 14;

/**
 * `JSON.parse` for what others have made. An opened bracket costs the engine forty bytes beside its heap, so that a file of them
 * would take forty times its size.
 * @throws SyntaxError for what is no JSON, and for more than 1,000 lists and objects in each other
 */
export function parseJson(text: string): unknown {
  if (text.length > harmless && nestsDeeply(text))
    throw new SyntaxError(`more than ${deepest} lists and objects in each other`);
  return JSON.parse(text);
}

const quote = 0x22;
const backslash = 0x5c;
/** The opening bracket and brace are 0x5b and 0x7b, the closing ones 0x5d and 0x7d: a bit tells them apart. */
const brace = 0x20;

function nestsDeeply(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === backslash) at++;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if ((code | brace) === 0x7b) {
      if (++depth > deepest) return true;
    } else if ((code | brace) === 0x7d) depth--;
  }
  return false;
}
