import { addAbortSignal, type Readable } from "node:stream";
import { InputError } from "../base/errors";
import { openFile } from "../base/files";
import type { SplitName } from "../corpus";
import { splitOf } from "./evaluate";
import { note } from "./output";
import { type SentenceLine, sentenceLines } from "./sentence-lines";

/** Where the sentences to predict come from. */
export interface Source {
  /** @param signal ends the wait for more input */
  sentences(signal: AbortSignal): Iterable<SentenceLine> | AsyncIterable<SentenceLine>;
  /** How far it is, when `predicted` sentences have come out: in sentences or bytes; no total where nobody knows it. */
  progress(predicted: number): { done: number; total: number | undefined };
}

export interface SourceOptions {
  readonly corpus?: string;
  readonly split: SplitName;
  readonly input?: string;
}

/** @throws InputError when there is no such corpus, split or file */
export async function openSource({ corpus, split, input }: SourceOptions): Promise<Source> {
  if ((corpus === undefined) === (input === undefined))
    throw new InputError("give either --corpus or --input; see pnr predict --help");
  if (corpus !== undefined) return splitSource(corpus, split);
  if (input === "-")
    return linesSource(process.stdin, "standard input", (done) => ({ done, total: undefined }));
  const { stream, size } = openFile(input!);
  return linesSource(stream, input!, () => ({ done: stream.bytesRead, total: size }));
}

async function splitSource(corpus: string, split: SplitName): Promise<Source> {
  const { loadCorpus } = await import("../corpus/index.js");
  const sentences = splitOf(await loadCorpus(corpus, { onRemark: note }), split).map(
    ({ id, tokens, pos }, at) => ({
      tokens,
      pos,
      record: { id, tokens, pos },
      place: `sentence ${at}`,
    }),
  );
  return { sentences: () => sentences, progress: (done) => ({ done, total: sentences.length }) };
}

function linesSource(stream: Readable, name: string, progress: Source["progress"]): Source {
  return { sentences: (signal) => sentenceLines(addAbortSignal(signal, stream), name), progress };
}
