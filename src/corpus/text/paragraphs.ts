/** A paragraph and where it begins in its text, in UTF-16 code units. */
export interface Paragraph {
  readonly start: number;
  readonly text: string;
}

/** Longer paragraphs are cut, at the end of a line where there is one; so much is held of a text of any length. */
const longest = 2 ** 18;

/** Gathers lines into paragraphs, which blank lines part. */
export class ParagraphGatherer {
  private lines: string[] = [];
  private start = 0;
  private size = 0;
  private at = 0;

  /** @param line without its line feed @returns paragraphs that have ended */
  *line(line: string): Generator<Paragraph> {
    const isBlank = line.trim() === "";
    if (isBlank || this.size + line.length > longest) yield* this.end();
    if (!isBlank) {
      if (!this.lines.length) this.start = this.at;
      this.lines.push(line);
      this.size += line.length + 1;
    }
    this.at += line.length + 1;
  }

  *end(): Generator<Paragraph> {
    let text = this.lines.join("\n");
    let { start } = this;
    this.lines = [];
    this.size = 0;
    while (text.length > longest) {
      const cut = placeToCut(text);
      yield { start, text: text.slice(0, cut) };
      start += cut;
      text = text.slice(cut);
    }
    if (text !== "") yield { start, text };
  }
}

/** Behind the last white space, or where there is none not inside of a character. */
function placeToCut(text: string): number {
  for (let at = longest; at > 0; at--) if (/\s/.test(text[at - 1])) return at;
  return text.codePointAt(longest - 1)! > 0xffff ? longest - 1 : longest;
}
