import { CorpusError } from "../base/errors";
import type { TextReader } from "../corpus";
import { locateEntities } from "../detector/text-entities";
import type { SentenceLine } from "./sentence-lines";

/**
 * Sentences of a plain text, to predict: `record` says what each is and where it stands.
 * @param file what to call the text in messages
 * @throws CorpusError when it is no UTF-8, or holds nothing but white space
 */
export async function* textLines(
  reader: TextReader,
  chunks: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<SentenceLine> {
  let none = true;
  for await (const sentence of reader.stream(chunks, file)) {
    none = false;
    const { text, start, tokens, pos, offsets } = sentence;
    yield {
      ...sentence,
      record: { text, start, tokens, pos, places: offsets },
      place: `character ${start}`,
      locate: (entities) => locateEntities(sentence, entities),
    };
  }
  if (none) throw new CorpusError({ file }, "holds no text");
}
