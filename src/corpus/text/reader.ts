import { linesOf } from "../../base/streams";
import { wordsOf } from "../formats/words";
import type { Sentence, Tokenizer } from "../types";
import type { Vocabulary } from "../vocabulary";
import { englishSentences } from "./english";
import { isEnglish } from "./language";
import { type Paragraph, ParagraphGatherer } from "./paragraphs";
import type { Cut, Piece } from "./piece";
import { segmentedBy } from "./segments";
import { knownTag } from "./tags";

/** How a text is read. */
export interface TextOptions {
  /**
   * BCP 47 tag: English ("en") is cut and tagged by winkNLP, any other language cut by Unicode's rules. Default "auto":
   * English for paragraphs that are English by their function words, else Unicode's rules.
   */
  readonly language?: string;
  /**
   * What a token is. Default "auto": what the model was trained with. A model that was trained on a raw text has it cut as that
   * was, unless `language` or `tokens` says otherwise.
   */
  readonly tokens?: "auto" | "word" | "character";
}

/** A sentence of a text. Places count UTF-16 code units, as JavaScript counts a string's characters. */
export interface TextSentence extends Pick<Sentence, "tokens" | "pos" | "previous" | "next"> {
  /** The sentence as it is written, from its first token to its last. */
  readonly text: string;
  /** Where it begins in the whole text; its tokens' places are in the whole text too. */
  readonly start: number;
  readonly places: readonly (readonly [start: number, end: number])[];
}

/**
 * Tokens of the longest sentence; what goes on, such as a table without full stops, is cut. The prediction head's time grows
 * with the third power of a sentence's tokens.
 */
export const longestSentence = 256;

/** Cuts text into sentences as a model needs them. */
export class TextReader {
  private readonly cut: Cut;

  /**
   * @param unit what a token is, or how a corpus was cut that the text shall be cut like
   * @param tags the model's; without them tags are universal ones
   * @throws InputError when the language is no language tag
   */
  constructor(
    language: string,
    unit: "word" | "character" | { readonly like: Tokenizer },
    private readonly tags?: Pick<Vocabulary, "has">,
  ) {
    this.cut = typeof unit === "object" ? linesCutBy(unit.like) : cutFor(language, unit);
  }

  read(text: string): TextSentence[] {
    const gatherer = new ParagraphGatherer();
    const paragraphs = text.split("\n").flatMap((line) => [...gatherer.line(line)]);
    return [...paragraphs, ...gatherer.end()].flatMap((paragraph) => this.sentences(paragraph));
  }

  /**
   * The same for UTF-8 bytes of any length, holding one paragraph at a time. A byte order mark does not count.
   * @param file what to call the text in messages
   * @throws CorpusError when it is no UTF-8
   */
  async *stream(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<TextSentence> {
    const gatherer = new ParagraphGatherer();
    for await (const { number, text } of linesOf(chunks, file, "keep")) {
      const line = number === 1 ? text.replace(/^\ufeff/, "") : text;
      for (const paragraph of gatherer.line(line)) yield* this.sentences(paragraph);
    }
    for (const paragraph of gatherer.end()) yield* this.sentences(paragraph);
  }

  /** Neighbors within a paragraph are each other's context. */
  private sentences({ start, text }: Paragraph): TextSentence[] {
    const cut = this.cut(text).flatMap((pieces) => [...shortened(text, pieces)]);
    const tokens = cut.map((pieces) => pieces.map((piece) => text.slice(piece.start, piece.end)));
    return cut.map((pieces, at) => ({
      text: text.slice(pieces[0].start, pieces[pieces.length - 1].end),
      start: start + pieces[0].start,
      tokens: tokens[at],
      pos: pieces.map(({ tag }, place) => (this.tags ? knownTag(tag, tokens[at][place], this.tags) : tag)),
      places: pieces.map((piece) => [start + piece.start, start + piece.end] as const),
      previous: tokens[at - 1] ?? [],
      next: tokens[at + 1] ?? [],
    }));
  }
}

function cutFor(language: string, unit: "word" | "character"): Cut {
  if (language === "auto") {
    const other = segmentedBy("zh", unit);
    if (unit === "character") return other;
    return (paragraph) => (isEnglish(paragraph) ? englishSentences(paragraph) : other(paragraph));
  }
  const own = segmentedBy(language, unit);
  return unit === "word" && new Intl.Locale(language).language === "en" ? englishSentences : own;
}

/** As the readers of raw texts cut: a sentence a line, without parts of speech. */
function linesCutBy(tokenizer: Tokenizer): Cut {
  return (paragraph) =>
    Array.from(paragraph.matchAll(/[^\n]+/g), ({ 0: line, index }) =>
      wordsOf(line, tokenizer).map(({ start, end }) => ({
        start: index + start,
        end: index + end,
        tag: "X",
      })),
    ).filter((pieces) => pieces.length);
}

/** The parts of a sentence that is too long, each cut behind the last punctuation in its second half, where there is any. */
function* shortened(text: string, pieces: readonly Piece[]): Generator<readonly Piece[]> {
  let first = 0;
  while (pieces.length - first > longestSentence) {
    const isMark = ({ start, end }: Piece): boolean => /^\p{P}+$/u.test(text.slice(start, end));
    const whole = pieces.slice(first, first + longestSentence);
    const mark = whole.findLastIndex(isMark) + 1;
    const size = mark > longestSentence / 2 ? mark : longestSentence;
    yield whole.slice(0, size);
    first += size;
  }
  yield pieces.slice(first);
}
