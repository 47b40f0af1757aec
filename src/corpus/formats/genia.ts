import { type SaxesAttributeNS, SaxesParser, type SaxesTagPlain } from "saxes";
import { notUtf8 } from "../../base/encodings";
import { CorpusError } from "../../base/errors";
import { reason } from "../../base/files";
import { type DocumentSentence, withContexts } from "./document-sentences";
import { choice, type Format } from "./format";
import { type GeniaOptions, GeniaSentence } from "./genia-sentence";
import type { Reading } from "./reading";
import type { Source } from "./source";
import { textTokenOptions } from "./tokenize";

export type { GeniaOptions };

/**
 * GENIA's XML: `GENIAcorpus3.02.merged.xml`, in which `<w>` marks words and their parts of speech, or `GENIAcorpus3.02.xml`, whose
 * sentences are raw text. An article is a document; its id is its `<bibliomisc>`. Only the five predefined XML entities are expanded.
 */
export const genia: Format<GeniaOptions> = {
  name: "genia",
  holds: "GENIA's XML: `GENIAcorpus3.02.merged.xml` (words marked) or `GENIAcorpus3.02.xml` (raw text)",
  sign: "`.xml`, `<set>`",
  endings: [".xml"],
  options: {
    types: choice("--types <which>", "the paper's types or all (default: five)", ["five", "all"]),
    coordination: choice("--coordination <how>", "mentions such as A and B genes (default: cover)", [
      "cover",
      "drop",
    ]),
    ...textTokenOptions,
  },
  recognize: ({ head }) => /^\s*<(?:\?xml|!DOCTYPE|set|article)/.test(head),
  read: (source, options, reading) => withContexts(geniaSentences(source, options, reading)),
};

/** The corpus nests about twelve elements. */
const deepestNesting = 200;

/** Characters without a tag. Sentences have a few kilobytes; the parser holds everything since the last tag. */
const longestGap = 2 ** 20;

async function* geniaSentences(
  source: Source,
  options: GeniaOptions,
  reading: Reading,
): AsyncGenerator<DocumentSentence> {
  const { file } = source;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const articles = new Articles(file, options, reading);
  let count = 0;
  const parse = (text: string, isLast: boolean): readonly DocumentSentence[] => {
    const sentences = articles.parse(text, isLast);
    count += sentences.length;
    return sentences;
  };
  for await (const chunk of source.chunks()) yield* parse(decode(decoder, file, chunk), false);
  yield* parse(decode(decoder, file), true);
  if (count === 0) throw new CorpusError({ file }, "holds no <sentence> with text; is it GENIA's corpus?");
}

function decode(decoder: TextDecoder, file: string, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch (error) {
    throw new CorpusError({ file }, notUtf8, { cause: error });
  }
}

class Articles {
  private readonly parser: SaxesParser = new SaxesParser();
  private finished: DocumentSentence[] = [];
  private sentence: GeniaSentence | undefined;
  private document = 0;
  private id = "";
  private inId = false;
  private depth = 0;
  private lastTag = 0;

  constructor(
    private readonly file: string,
    private readonly options: GeniaOptions,
    private readonly reading: Reading,
  ) {
    this.parser.on("opentag", (tag) => this.open(tag));
    this.parser.on("closetag", ({ name }) => this.close(name));
    this.parser.on("text", (text) => this.text(text));
    this.parser.on("cdata", (text) => this.text(text));
  }

  parse(text: string, isLast: boolean): readonly DocumentSentence[] {
    this.finished = [];
    try {
      this.parser.write(text);
      if (isLast) this.parser.close();
    } catch (error) {
      if (error instanceof CorpusError) throw error;
      const problem = reason(error).replace(/^\d+:\d+: /, "");
      throw new CorpusError(this.location, `is not well-formed XML: ${problem}`, { cause: error });
    }
    if (this.parser.position - this.lastTag > longestGap)
      throw new CorpusError(this.location, "has no tag within a million characters; is it GENIA's corpus?");
    return this.finished;
  }

  private get location(): { file: string; line: number } {
    return { file: this.file, line: this.parser.line };
  }

  private text(text: string): void {
    this.sentence?.text(text);
    if (this.inId) this.id += text;
  }

  private open({ name, attributes }: SaxesTagPlain): void {
    this.lastTag = this.parser.position;
    if (++this.depth > deepestNesting)
      throw new CorpusError(this.location, `nests ${deepestNesting} elements; is it GENIA's corpus?`);
    const attribute = (key: string): string | undefined =>
      Object.hasOwn(attributes, key) ? String(attributes[key] as string | SaxesAttributeNS) : undefined;
    if (name === "article") {
      this.document++;
      this.id = "";
    } else if (name === "bibliomisc") this.inId = true;
    else if (name === "sentence") this.begin();
    else if (name === "w") this.sentence?.beginWord(attribute("c") ?? "");
    else if (name === "cons") this.sentence?.beginConstituent(attribute("sem"));
  }

  private close(name: string): void {
    this.lastTag = this.parser.position;
    this.depth--;
    if (name === "bibliomisc") {
      this.inId = false;
      this.id = this.id.trim();
    } else if (name === "w") this.sentence?.endWord();
    else if (name === "cons") this.sentence?.endConstituent();
    else if (name === "sentence" && this.sentence) this.finish(this.sentence);
  }

  private begin(): void {
    if (this.sentence)
      throw new CorpusError(this.location, "has a <sentence> inside a <sentence>; separate them");
    this.sentence = new GeniaSentence(this.parser.line);
  }

  private finish(sentence: GeniaSentence): void {
    const content = sentence.finish(this.options, this.reading);
    if (content.tokens.length)
      this.finished.push({ ...content, id: this.id, document: this.document || undefined });
    else this.reading.countRepair("sentences without text, skipped", `line ${sentence.line}`);
    this.sentence = undefined;
  }
}
