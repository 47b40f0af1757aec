import { existsSync } from "node:fs";
import { addAbortSignal, Readable } from "node:stream";
import { utf8From } from "../../base/encodings";
import { CorpusError, InputError } from "../../base/errors";
import { openFile } from "../../base/files";
import type { SplitName, TextOptions, TextReader, TextRules } from "../../corpus";
import type { ReadOptions } from "../../corpus/formats/registry";
import type { EntityDetector } from "../../detector/entity-detector";
import type { ModelDescription } from "../../detector/storage";
import { locateEntities } from "../../detector/text-entities";
import { chosenSentences } from "./corpus-input";
import { flagOf, readOptions } from "./corpus-options";
import { corpusTokens, splitOrders, textTokens } from "./options";
import { type SentenceLine, sentenceLines } from "./sentence-lines";
import { TextSplit } from "./text-split";

/** The sentences to predict. */
export interface PredictionInput {
  /**
   * @param detector splits texts into the tokens that its model needs
   * @param signal ends the wait for more input
   */
  sentences(
    detector: Pick<EntityDetector, "textReader">,
    signal?: AbortSignal,
  ): Iterable<SentenceLine> | AsyncIterable<SentenceLine>;
  /** Progress after `predicted` sentences, in sentences or bytes; without a total for a stream of unknown length. */
  progress(predicted: number): { done: number; total: number | undefined };
  /** How a text was split, once it is read. */
  remark?(description: Pick<ModelDescription, "tokenizer">): string | undefined;
}

export interface PredictionInputOptions extends Pick<TextOptions, "language">, Omit<ReadOptions, "tokens"> {
  readonly corpus?: string;
  readonly split?: SplitName;
  readonly input?: string;
  /** Path of a text. */
  readonly text?: string;
  /** A text itself, from the command line. */
  readonly argument?: string;
  readonly tokens?: TextOptions["tokens"] | ReadOptions["tokens"];
}

/** @throws InputError if the corpus, split or file does not exist, and for options of another kind of input */
export async function openInput(options: PredictionInputOptions): Promise<PredictionInput> {
  const { corpus, split, input, text, argument, language, encoding } = options;
  const path = input ?? text;
  if ([corpus, input, text, argument].filter((value) => value !== undefined).length !== 1)
    throw new InputError("give exactly one of --corpus, --input, --text or a text; see pnr predict --help");
  if (corpus !== undefined) return corpusInput(corpus, split, corpusOptions(options));
  const { tokens: _, encoding: __, ...others } = options;
  const [foreign] = Object.keys(readOptions(others));
  if (foreign !== undefined)
    throw new InputError(`${flagOf(foreign)} is for reading a corpus; add --corpus, or omit it`);
  const tokens = tokensAmong(textTokens, options.tokens, "a text");
  const decode = (chunks: AsyncIterable<Uint8Array>, name: string): AsyncIterable<Uint8Array> =>
    encoding === undefined ? chunks : utf8From(encoding, chunks, name);
  const textSplit = new TextSplit();
  const read: Read =
    input !== undefined
      ? (chunks, name) => sentenceLines(decode(chunks, name), name)
      : (chunks, name, detector) =>
          textSplit.counted(
            textSentences(detector.textReader({ language, tokens }), decode(chunks, name), name),
          );
  const remark: PredictionInput["remark"] = (description) => textSplit.describe(description);
  const unknownLength = (done: number): ReturnType<PredictionInput["progress"]> => ({
    done,
    total: undefined,
  });
  if (argument !== undefined && existsSync(argument))
    throw new InputError(`${argument}: is a file; add --text before it to predict its text`);
  if (path === undefined)
    return {
      ...streamInput(Readable.from([Buffer.from(argument!)]), "the text", read, unknownLength),
      remark,
    };
  if (path === "-") return { ...streamInput(process.stdin, "standard input", read, unknownLength), remark };
  const { stream, size } = openFile(path);
  return { ...streamInput(stream, path, read, () => ({ done: stream.bytesRead, total: size })), remark };
}

function corpusOptions({ tokens, ...options }: PredictionInputOptions): ReadOptions {
  const kind = tokensAmong(corpusTokens, tokens, "a corpus");
  return readOptions({ ...options, ...(kind && { tokens: kind }) });
}

function tokensAmong<T extends string>(
  choices: readonly T[],
  value: string | undefined,
  input: string,
): T | undefined {
  const choice = choices.find((name) => name === value);
  if (value !== undefined && choice === undefined)
    throw new InputError(`--tokens ${value}: for ${input} it must be one of ${choices.join(", ")}`);
  return choice;
}

/** All tokens of the input. @throws InputError for standard input, which can be read only once */
export async function tokensOf(
  options: PredictionInputOptions,
  detector: Pick<EntityDetector, "textReader">,
): Promise<Set<string>> {
  if ((options.input ?? options.text) === "-")
    throw new InputError(
      "--word-vectors reads the input twice, but standard input can be read once; give a file",
    );
  const tokens = new Set<string>();
  for await (const sentence of (await openInput(options)).sentences(detector))
    for (const token of sentence.tokens) tokens.add(token);
  return tokens;
}

/**
 * The sentences of a plain text. `record` contains each sentence's text and positions.
 * @param file what to call the text in messages
 * @throws CorpusError if the text is not UTF-8, or contains only white space
 */
async function* textSentences(
  reader: TextReader,
  chunks: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<SentenceLine & { readonly rules: TextRules }> {
  let isEmpty = true;
  for await (const sentence of reader.stream(chunks, file)) {
    isEmpty = false;
    const { text, start, tokens, pos, offsets } = sentence;
    yield {
      ...sentence,
      record: { text, start, tokens, pos, places: offsets },
      place: `character ${start}`,
      locate: (entities) => locateEntities(sentence, entities),
    };
  }
  if (isEmpty) throw new CorpusError({ file }, "holds no text");
}

type Read = (
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  detector: Pick<EntityDetector, "textReader">,
) => AsyncIterable<SentenceLine>;

async function corpusInput(
  corpus: string,
  split: SplitName | undefined,
  options: ReadOptions,
): Promise<PredictionInput> {
  const selection = await chosenSentences(corpus, split, splitOrders.test, options);
  const sentences = selection.sentences.map(({ id, tokens, pos, previous, next, entities }, index) => ({
    tokens,
    pos,
    // BERT reads the neighbors as in training and scoring. The record omits them.
    previous,
    next,
    record: { id, tokens, pos },
    place: `sentence ${index}`,
    gold: entities,
  }));
  return { sentences: () => sentences, progress: (done) => ({ done, total: sentences.length }) };
}

function streamInput(
  stream: Readable,
  name: string,
  read: Read,
  progress: PredictionInput["progress"],
): PredictionInput {
  return {
    sentences: (detector, signal) => read(signal ? addAbortSignal(signal, stream) : stream, name, detector),
    progress,
  };
}
