import type { TextRange } from "./tokenize";

/** Indexes the white space of a text once, so that a lookup takes constant time even for a million long mentions. */
export class BlankIndex {
  /** For each offset, the next one that is not white space, or the text's length. */
  private readonly after: Uint32Array;
  /** For each offset, the end of the last non-blank character before it, or 0. */
  private readonly before: Uint32Array;

  constructor(text: string) {
    const { length } = text;
    this.after = new Uint32Array(length + 1);
    this.before = new Uint32Array(length + 1);
    for (let i = 1; i <= length; i++) this.before[i] = isBlankAt(text, i - 1) ? this.before[i - 1] : i;
    this.after[length] = length;
    for (let i = length - 1; i >= 0; i--) this.after[i] = isBlankAt(text, i) ? this.after[i + 1] : i;
  }

  skip(offset: number): number {
    return this.after[offset];
  }

  trim({ start, end }: TextRange): TextRange {
    const from = Math.min(end, this.after[start]);
    return { start: from, end: Math.max(from, this.before[end]) };
  }

  isBlank(start: number, end: number): boolean {
    return this.after[start] >= end;
  }
}

function isBlankAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  // the fast path decides for most characters
  return code > 0x20 && code < 0x7f ? false : /\s/.test(text[index]);
}
