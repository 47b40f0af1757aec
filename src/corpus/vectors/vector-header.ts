import { InputError, show } from "../../base/errors";
import { mostNumbers, type VectorHeader } from "./vector-rows";

/** Number of bytes that {@link readHeader} needs, unless the file is shorter. */
export const headBytes: number = 2 ** 18;

const formats = "expected GloVe's text, or word2vec's text or binary format, plain or as .gz";

/** How much of the first row distinguishes text from binary. Binary content does not look like this many numbers by chance. */
const sampledFields = 4;
const sampledBytes = 4096;

/**
 * Determines the format of a file by its first bytes.
 * @param head the first {@link headBytes} of the file, or the whole file
 * @throws InputError if the file is not a file of vectors, or its vectors are too wide
 */
export function readHeader(head: Buffer, file: string): VectorHeader {
  const fault = (problem: string): InputError => new InputError(`${file}: ${problem}; ${formats}`);
  if (!head.length) throw fault("is empty");
  if (head.subarray(0, 4).equals(Buffer.from("PK\x03\x04"))) throw fault("is a zip archive; unpack it first");
  const utf16 = head[0] + head[1] === 0xff + 0xfe;
  if (utf16) throw fault("is UTF-16 text; save it as UTF-8 first");
  const mark = head.subarray(0, 3).equals(Buffer.from("\ufeff")) ? 3 : 0;
  const lineEnd = head.indexOf(0x0a);
  if (lineEnd < 0 && head.length >= headBytes) throw fault("its first line does not end");
  const line = head.toString("latin1", mark, lineEnd < 0 ? head.length : lineEnd).trim();
  const fields = line.split(/[ \t]+/);
  const header = line.match(/^(\d+)[ \t]+(\d+)$/);
  const dimension = header ? Number(header[2]) : fields.length - 1;
  if (dimension < 1 || dimension > mostNumbers) {
    const where = header ? "its header says" : "its first line holds";
    throw fault(`${where} ${dimension} numbers per word (1 to ${mostNumbers} are possible)`);
  }
  if (!header) {
    const invalid = fields.slice(1).find((field) => !Number.isFinite(Number(field)));
    if (invalid !== undefined) throw fault(`line 1 holds ${show(invalid)} where a number should be`);
    return { format: "text", dimension, start: mark };
  }
  const start = lineEnd < 0 ? head.length : lineEnd + 1;
  const format = isBinary(head, start, dimension) ? "binary" : "text with header";
  return { format, dimension, promised: Number(header[1]), start };
}

/** Whether the first row is binary: it has anything but numbers, or too few numbers and a control character. */
function isBinary(head: Buffer, start: number, dimension: number): boolean {
  const wordEnd = head.indexOf(0x20, start);
  if (wordEnd < 0) return false;
  const sample = head.toString("latin1", wordEnd + 1, wordEnd + 1 + sampledBytes);
  const [line] = sample.split("\n", 1);
  const fields = line
    .trim()
    .split(/[ \t]+/)
    .slice(0, sampledFields);
  if (!fields.every((field) => /^[-+]?([\d.]+(e[-+]?\d+)?|nan|inf(inity)?)$/i.test(field))) return true; // cspell:disable-line
  return fields.length < Math.min(dimension, sampledFields) && [...sample].some(isControl);
}

function isControl(character: string): boolean {
  return character < " " && !/\s/.test(character);
}
