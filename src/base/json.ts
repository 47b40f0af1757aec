/** Whether a value is a JSON object: neither a list nor null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Our files nest about a dozen levels. */
const deepest = 1000;

/** A shorter text cannot nest deeply enough to do harm. Most texts are shorter: the lines of a corpus. */
const harmless = 2 ** 14;

/**
 * `JSON.parse` for untrusted text. V8 needs forty bytes outside its heap for each open bracket, so a file of brackets would take
 * forty times its size.
 * @throws SyntaxError for invalid JSON, and for more than 1,000 nested lists and objects
 */
export function parseJson(text: string): unknown {
  if (text.length > harmless && nestsDeeply(text))
    throw new SyntaxError(`more than ${deepest} nested lists and objects`);
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
/** Brackets are 0x5b and 0x5d, braces 0x7b and 0x7d. They differ only in this bit. */
const brace = 0x20;

function nestsDeeply(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === backslash) index++;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if ((code | brace) === 0x7b) {
      if (++depth > deepest) return true;
    } else if ((code | brace) === 0x7d) depth--;
  }
  return false;
}
