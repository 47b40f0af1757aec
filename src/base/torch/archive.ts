import { InputError } from "../errors";
import type { RandomAccess } from "../tensor-files";

/** A file inside an archive: the offset of its bytes in the archive, and their number. */
export interface ArchiveEntry {
  readonly start: number;
  readonly size: number;
}

const endMark = 0x06054b50;
const entryMark = 0x02014b50;
const localMark = 0x04034b50;
const endBytes = 22;
const longestComment = 2 ** 16;

/**
 * The files of a zip archive as PyTorch writes it: uncompressed, less than 4 GiB.
 * @throws InputError when the file is truncated or not such an archive
 */
export function readArchive(file: RandomAccess): Map<string, ArchiveEntry> {
  const fail = (problem: string): never => {
    throw new InputError(`${file.path}: ${problem}: not a PyTorch file, cut short, or larger than 4 GiB`);
  };
  const tailStart = Math.max(0, file.size - endBytes - longestComment);
  const tail = file.read(tailStart, file.size - tailStart);
  let position = tail.length - endBytes;
  while (position >= 0 && tail.readUInt32LE(position) !== endMark) position--;
  if (position < 0) return fail("has no list of its files");
  const [count, size, start] = [
    tail.readUInt16LE(position + 10),
    tail.readUInt32LE(position + 12),
    tail.readUInt32LE(position + 16),
  ];
  if (start + size > file.size) return fail("its list of files is outside the file");
  const list = file.read(start, size);
  const entries = new Map<string, ArchiveEntry>();
  for (let place = 0, index = 0; index < count; index++) {
    if (place + 46 > list.length || list.readUInt32LE(place) !== entryMark)
      fail("its list of files is damaged");
    const nameEnd = place + 46 + list.readUInt16LE(place + 28);
    const name = list.toString("utf8", place + 46, nameEnd);
    const storedSize = list.readUInt32LE(place + 20);
    const isPlain = list.readUInt16LE(place + 10) === 0 && storedSize === list.readUInt32LE(place + 24);
    if (!isPlain) fail(`"${name}" is compressed`);
    const local = list.readUInt32LE(place + 42);
    const head = file.read(local, 30);
    if (head.readUInt32LE(0) !== localMark) fail(`"${name}" is not at its offset`);
    const data = local + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
    if (data + storedSize > file.size) fail(`"${name}" ends outside the file`);
    entries.set(name, { start: data, size: storedSize });
    place = nameEnd + list.readUInt16LE(place + 30) + list.readUInt16LE(place + 32);
  }
  return entries;
}
