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

/**
 * {@link parseJson} for what people write: a key that an object has twice is an error, not the last of them.
 * @throws SyntaxError naming the key
 */
export function parseUniqueJson(text: string): unknown {
  const value = parseJson(text);
  const open: { readonly keys: Set<string> | undefined }[] = [];
  let before = "";
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    const keys = open.at(-1)?.keys;
    if (token === "{" || token === "[") open.push({ keys: token === "{" ? new Set() : undefined });
    else if (token === "}" || token === "]") open.pop();
    else if (keys && token.startsWith('"') && before !== ":") {
      const key: string = JSON.parse(token);
      if (keys.has(key)) throw new SyntaxError(`the key ${token} appears twice in one object`);
      keys.add(key);
    }
    before = token;
  }
  return value;
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
