// Text in other encodings than UTF-8, as a stream of any length.
import { CorpusError, InputError } from "./errors";

/** The end of a message about text that is not UTF-8. */
export const notUtf8 = "is not valid UTF-8; save the file as UTF-8, or name its encoding with --encoding";

/**
 * The name of an encoding in the WHATWG Encoding Standard, by one of its labels: "windows-1252" for "latin1".
 * @throws InputError for a label that the standard does not have
 */
export function encodingNamed(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch (error) {
    throw new InputError("It must be an encoding such as windows-1252, iso-8859-2, gb18030 or shift_jis", {
      cause: error,
    });
  }
}

/**
 * Turns chunks of text in an encoding into chunks of UTF-8. Chunks may end anywhere. A byte order mark is dropped.
 * @param file names the text in messages
 * @throws CorpusError for bytes that the encoding does not have
 */
export async function* utf8From(
  encoding: string,
  chunks: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const text = (chunk?: Uint8Array): Uint8Array => {
    try {
      return Buffer.from(decoder.decode(chunk, { stream: chunk !== undefined }));
    } catch (error) {
      const wayOut = "save the file as UTF-8, or name its encoding with --encoding";
      throw new CorpusError({ file }, `is not valid ${encoding}; ${wayOut}`, { cause: error });
    }
  };
  for await (const chunk of chunks) yield text(chunk);
  yield text();
}
