import { linesOf } from "../../base/streams";
import { tokenize } from "../formats/tokenize";
import type { Sentence, Tokenizer } from "../types";
import type { Vocabulary } from "../vocabulary";
import { englishSentences } from "./english";
import { EnglishRecognizer } from "./language";
import { type Paragraph, ParagraphGatherer } from "./paragraphs";
import { modelTag } from "./pos-tags";
import { type Segmenter, type TextToken, unicodeSegmenter } from "./segments";

export interface TextOptions {
  /**
   * BCP 47 tag. winkNLP tokenizes and tags English ("en"); any other language follows Unicode's rules. Default "auto": English
   * for paragraphs with English function words, Unicode's rules for the rest ({@link TextSentence.rules}).
   */
  readonly language?: string;
  /**
   * What a token is. Default "auto": the same as in training. For a model trained on a raw text, the corpus's tokenizer is used
   * unless `language` or `tokens` is set.
   */
  readonly tokens?: "auto" | "word" | "character";
}

/**
 * How a sentence of a text was split into tokens: by winkNLP's rules for English, by Unicode's rules, or like the raw text that
 * the model was trained on.
 */
export type TextRules = "english" | "unicode" | "corpus";

/** A sentence of a text. Offsets count UTF-16 code units, as JavaScript strings do. */
export interface TextSentence extends Pick<Sentence, "tokens" | "pos" | "previous" | "next"> {
  /** The original text from the first token to the last. */
  readonly text: string;
  /** Offset of the sentence in the whole text. */
  readonly start: number;
  /** Start and end of each token in the whole text; the end is exclusive. */
  readonly offsets: readonly (readonly [start: number, end: number])[];
  readonly rules: TextRules;
}

/** Splits a paragraph into sentences, which are lists of tokens. */
interface ParagraphSplitter {
  readonly rules: TextRules;
  readonly segment: Segmenter;
}

/** Chooses how to split the next paragraph of a text. */
type Choice = (paragraph: string) => ParagraphSplitter;

/**
 * Tokens of the longest sentence. Longer ones, such as tables without full stops, are split, because the prediction head's time
 * grows with the cube of a sentence's tokens.
 */
export const longestSentence = 256;

/** Splits text into tokenized sentences for a model. */
export class TextReader {
  /** Begins a text. */
  private readonly choice: () => Choice;

  /**
   * @param unit what a token is, or the tokenizer of a corpus to imitate
   * @param tags the model's tags; without them, tags are universal ones
   * @throws InputError if the language is not a valid tag
   */
  constructor(
    language: string,
    unit: "word" | "character" | { readonly like: Tokenizer },
    private readonly tags?: Pick<Vocabulary, "has">,
  ) {
    this.choice = typeof unit === "object" ? likeCorpus(unit.like) : choiceFor(language, unit);
  }

  read(text: string): TextSentence[] {
    const gatherer = new ParagraphGatherer();
    const paragraphs = text.split("\n").flatMap((line) => [...gatherer.line(line)]);
    const choose = this.choice();
    return [...paragraphs, ...gatherer.end()].flatMap((paragraph) => this.sentences(paragraph, choose));
  }

  /**
   * Like {@link read}, for UTF-8 bytes of any length. Holds one paragraph at a time and ignores a byte order mark.
   * @param file names the text in messages
   * @throws CorpusError if the bytes are not UTF-8
   */
  async *stream(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<TextSentence> {
    const gatherer = new ParagraphGatherer();
    const choose = this.choice();
    for await (const { number, text } of linesOf(chunks, file, "keep")) {
      const line = number === 1 ? text.replace(/^\ufeff/, "") : text;
      for (const paragraph of gatherer.line(line)) yield* this.sentences(paragraph, choose);
    }
    for (const paragraph of gatherer.end()) yield* this.sentences(paragraph, choose);
  }

  /** Sentences of a paragraph are each other's context. */
  private sentences({ start, text }: Paragraph, choose: Choice): TextSentence[] {
    const { rules, segment } = choose(text);
    const sentences = segment(text).flatMap((tokens) => [...splitLong(text, tokens)]);
    const tokens = sentences.map((ranges) => ranges.map((range) => text.slice(range.start, range.end)));
    return sentences.map((ranges, index) => ({
      text: text.slice(ranges[0].start, ranges[ranges.length - 1].end),
      start: start + ranges[0].start,
      tokens: tokens[index],
      pos: ranges.map(({ tag }, position) =>
        this.tags ? modelTag(tag, tokens[index][position], this.tags) : tag,
      ),
      offsets: ranges.map((range) => [start + range.start, start + range.end] as const),
      previous: tokens[index - 1] ?? [],
      next: tokens[index + 1] ?? [],
      rules,
    }));
  }
}

const byEnglishRules: ParagraphSplitter = { rules: "english", segment: englishSentences };

const byUnicode = (language: string, unit: "word" | "character"): ParagraphSplitter => ({
  rules: "unicode",
  segment: unicodeSegmenter(language, unit),
});

function choiceFor(language: string, unit: "word" | "character"): () => Choice {
  if (language !== "auto") {
    const splitter = byUnicode(language, unit);
    const isEnglish = unit === "word" && new Intl.Locale(language).language === "en";
    return () => () => (isEnglish ? byEnglishRules : splitter);
  }
  const other = byUnicode("zh", unit);
  if (unit === "character") return () => () => other;
  return () => {
    const recognizer = new EnglishRecognizer();
    return (paragraph) => (recognizer.isEnglish(paragraph) ? byEnglishRules : other);
  };
}

function likeCorpus(tokenizer: Tokenizer): () => Choice {
  const splitter: ParagraphSplitter = { rules: "corpus", segment: lineSegmenter(tokenizer) };
  return () => () => splitter;
}

/** Tokenizes like the readers of raw-text corpora: each line is a sentence, without parts of speech. */
function lineSegmenter(tokenizer: Tokenizer): Segmenter {
  return (paragraph) =>
    Array.from(paragraph.matchAll(/[^\n]+/g), ({ 0: line, index }) =>
      tokenize(line, tokenizer).map(({ start, end }) => ({
        start: index + start,
        end: index + end,
        tag: "X",
      })),
    ).filter((tokens) => tokens.length);
}

/** Splits a sentence that is too long, after the last punctuation in the second half of each part if there is any. */
function* splitLong(text: string, tokens: readonly TextToken[]): Generator<readonly TextToken[]> {
  const isPunctuation = ({ start, end }: TextToken): boolean => /^\p{P}+$/u.test(text.slice(start, end));
  let first = 0;
  while (tokens.length - first > longestSentence) {
    const part = tokens.slice(first, first + longestSentence);
    const mark = part.findLastIndex(isPunctuation) + 1;
    const size = mark > longestSentence / 2 ? mark : longestSentence;
    yield part.slice(0, size);
    first += size;
  }
  yield tokens.slice(first);
}
