import { addAbortSignal, type Readable } from "node:stream";
import { utf8From } from "../base/encodings";
import { InputError } from "../base/errors";
import { openFile } from "../base/files";
import type { SplitName, TextOptions } from "../corpus";
import type { ReadOptions } from "../corpus/formats/registry";
import type { EntityDetector } from "../detector/entity-detector";
import { chosenSentences } from "./corpus-input";
import { flagOf, readOptions } from "./corpus-options";
import { corpusTokens, splitOrders, textTokens } from "./options";
import { type SentenceLine, sentenceLines } from "./sentence-lines";
import { textLines } from "./text-lines";

/** Where the sentences to predict come from. */
export interface Source {
  /**
   * @param detector cuts texts as its model needs them
   * @param signal ends the wait for more input
   */
  sentences(
    detector: Pick<EntityDetector, "textReader">,
    signal?: AbortSignal,
  ): Iterable<SentenceLine> | AsyncIterable<SentenceLine>;
  /** How far it is, when `predicted` sentences have come out: in sentences or bytes; no total where nobody knows it. */
  progress(predicted: number): { done: number; total: number | undefined };
}

export interface SourceOptions extends Pick<TextOptions, "language">, Omit<ReadOptions, "tokens"> {
  readonly corpus?: string;
  readonly split?: SplitName;
  readonly input?: string;
  readonly text?: string;
  readonly tokens?: TextOptions["tokens"] | ReadOptions["tokens"];
}

/** @throws InputError when there is no such corpus, split or file, and for options that belong to another source */
export async function openSource(options: SourceOptions): Promise<Source> {
  const { corpus, split, input, text, language, encoding } = options;
  const path = input ?? text;
  if ([corpus, input, text].filter((given) => given !== undefined).length !== 1)
    throw new InputError("give one of --corpus, --input and --text; see pnr predict --help");
  if (path === undefined) return corpusSource(corpus!, split, corpusOptions(options));
  const { tokens: _, encoding: __, ...others } = options;
  const [foreign] = Object.keys(readOptions(others));
  if (foreign !== undefined)
    throw new InputError(`${flagOf(foreign)} says how to read a corpus; give --corpus, or leave it out`);
  const tokens = tokensAmong(textTokens, options.tokens, "of a text");
  const decoded = (chunks: AsyncIterable<Uint8Array>, name: string): AsyncIterable<Uint8Array> =>
    encoding === undefined ? chunks : utf8From(encoding, chunks, name);
  const read: Read =
    text === undefined
      ? (chunks, name) => sentenceLines(decoded(chunks, name), name)
      : (chunks, name, detector) =>
          textLines(detector.textReader({ language, tokens }), decoded(chunks, name), name);
  if (path === "-")
    return streamSource(process.stdin, "standard input", read, (done) => ({ done, total: undefined }));
  const { stream, size } = openFile(path);
  return streamSource(stream, path, read, () => ({ done: stream.bytesRead, total: size }));
}

function corpusOptions({ tokens, ...options }: SourceOptions): ReadOptions {
  const own = tokensAmong(corpusTokens, tokens, "of a corpus");
  return readOptions({ ...options, ...(own && { tokens: own }) });
}

function tokensAmong<T extends string>(
  choices: readonly T[],
  given: string | undefined,
  of: string,
): T | undefined {
  const chosen = choices.find((choice) => choice === given);
  if (given !== undefined && chosen === undefined)
    throw new InputError(`--tokens ${given}: ${of} it is one of ${choices.join(", ")}`);
  return chosen;
}

/** Every token that the source will give. @throws InputError for standard input, which can be read only once */
export async function tokensOf(
  options: SourceOptions,
  detector: Pick<EntityDetector, "textReader">,
): Promise<Set<string>> {
  if ((options.input ?? options.text) === "-")
    throw new InputError("--word-vectors reads the input twice, which standard input is not; give a file");
  const tokens = new Set<string>();
  for await (const sentence of (await openSource(options)).sentences(detector))
    for (const token of sentence.tokens) tokens.add(token);
  return tokens;
}

type Read = (
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  detector: Pick<EntityDetector, "textReader">,
) => AsyncIterable<SentenceLine>;

async function corpusSource(
  corpus: string,
  split: SplitName | undefined,
  options: ReadOptions,
): Promise<Source> {
  const chosen = await chosenSentences(corpus, split, splitOrders.test, options);
  const sentences = chosen.sentences.map(({ id, tokens, pos, previous, next, entities }, at) => ({
    tokens,
    pos,
    // not written out, but read by BERT as in training and scoring
    previous,
    next,
    record: { id, tokens, pos },
    place: `sentence ${at}`,
    gold: entities,
  }));
  return { sentences: () => sentences, progress: (done) => ({ done, total: sentences.length }) };
}

function streamSource(stream: Readable, name: string, read: Read, progress: Source["progress"]): Source {
  return {
    sentences: (detector, signal) => read(signal ? addAbortSignal(signal, stream) : stream, name, detector),
    progress,
  };
}
