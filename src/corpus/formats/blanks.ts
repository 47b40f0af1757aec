import type { Stretch } from "./words";

/**
 * Where the white space of a text is, found once: a million mentions of a million characters each are then looked at in no
 * more time than it takes to read them.
 */
export class Blanks {
  /** Of each place, the next one that is no white space; the text's length where there is none. */
  private readonly after: Uint32Array;
  /** Of each place, the one behind the last before it that is no white space; 0 where there is none. */
  private readonly before: Uint32Array;

  constructor(text: string) {
    const { length } = text;
    this.after = new Uint32Array(length + 1);
    this.before = new Uint32Array(length + 1);
    for (let at = 1; at <= length; at++) this.before[at] = isBlank(text, at - 1) ? this.before[at - 1] : at;
    this.after[length] = length;
    for (let at = length - 1; at >= 0; at--) this.after[at] = isBlank(text, at) ? this.after[at + 1] : at;
  }

  /** The first place from this one on that is no white space. */
  skip(at: number): number {
    return this.after[at];
  }

  /** The stretch without white space at its ends; empty where it holds nothing else. */
  trimmed({ start, end }: Stretch): Stretch {
    const from = Math.min(end, this.after[start]);
    return { start: from, end: Math.max(from, this.before[end]) };
  }

  isBlank(start: number, end: number): boolean {
    return this.after[start] >= end;
  }
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  // most characters are told so; the others are those of \s
  return code > 0x20 && code < 0x7f ? false : /\s/.test(text[at]);
}
