/** A paragraph and its offset in the text, in UTF-16 code units. */
export interface Paragraph {
  readonly start: number;
  readonly text: string;
}

/** Longer paragraphs are split, after a line if possible, to bound memory. */
const longest = 2 ** 18;

/** Gathers lines into paragraphs. Blank lines separate paragraphs. */
export class ParagraphGatherer {
  private lines: string[] = [];
  private start = 0;
  private size = 0;
  private offset = 0;

  /** @param line without its line feed @returns paragraphs that ended */
  *line(line: string): Generator<Paragraph> {
    const isBlank = line.trim() === "";
    if (isBlank || this.size + line.length > longest) yield* this.end();
    if (!isBlank) {
      if (!this.lines.length) this.start = this.offset;
      this.lines.push(line);
      this.size += line.length + 1;
    }
    this.offset += line.length + 1;
  }

  *end(): Generator<Paragraph> {
    let text = this.lines.join("\n");
    let { start } = this;
    this.lines = [];
    this.size = 0;
    while (text.length > longest) {
      const end = splitPosition(text);
      yield { start, text: text.slice(0, end) };
      start += end;
      text = text.slice(end);
    }
    if (text !== "") yield { start, text };
  }
}

/** After the last white space, or else between two characters. */
function splitPosition(text: string): number {
  for (let end = longest; end > 0; end--) if (/\s/.test(text[end - 1])) return end;
  return text.codePointAt(longest - 1)! > 0xffff ? longest - 1 : longest;
}
