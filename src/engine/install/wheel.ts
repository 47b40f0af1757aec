import { createHash } from "node:crypto";
import { posix } from "node:path";
import { unzipSync } from "fflate";
import { PnrError } from "../../base/errors";
import { reason } from "../../base/files";
import { isOpenBlas } from "../blas/blas-paths";

/** A library inside a wheel. */
export interface WheelLibrary {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The path of a library that numpy is linked to, on Linux and Windows, or on macOS. */
const libraryPath = /^numpy(?:\.libs|\/\.dylibs)\/([\w+-][\w.+-]*)$/;
const recordPath = /^numpy-[^/]*\.dist-info\/RECORD$/;

/** numpy has about 1,500 files and 30 MB of libraries. */
const limits = { entries: 100_000, bytes: 300e6 };

/**
 * Reads OpenBLAS and the libraries that it needs from numpy's wheel, and checks each against the wheel's list of hashes.
 *
 * @param wheel the file's bytes
 * @returns the libraries, OpenBLAS last
 * @throws PnrError of one line if the file is damaged, has no OpenBLAS or unpacks to more than 300 MB
 */
export function readOpenBlas(wheel: Uint8Array): WheelLibrary[] {
  const files = unpack(wheel);
  const record = Object.keys(files).find((path) => recordPath.test(path));
  if (record === undefined) throw unusable("it has no list of hashes");
  const hashes = readRecord(new TextDecoder().decode(files[record]));
  const paths = Object.keys(files).filter((path) => libraryPath.test(path));
  const missing = [...hashes.keys()].find((path) => libraryPath.test(path) && !paths.includes(path));
  if (missing !== undefined) throw unusable(`"${missing}" is missing`);
  const libraries = paths.map((path) => {
    const bytes = files[path];
    const hash = createHash("sha256").update(bytes).digest("base64url");
    if (hashes.get(path) !== hash) throw unusable(`"${path}" does not match its hash`);
    return { name: posix.basename(path), bytes };
  });
  if (!libraries.some(({ name }) => isOpenBlas(name))) throw unusable("it has no OpenBLAS");
  return libraries.sort((a, b) => Number(isOpenBlas(a.name)) - Number(isOpenBlas(b.name)));
}

/** The libraries and the list of hashes, by path. */
function unpack(wheel: Uint8Array): Record<string, Uint8Array> {
  let entries = 0;
  let bytes = 0;
  const choose = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    if (++entries > limits.entries) throw new Error("it has too many files");
    if (!libraryPath.test(name) && !recordPath.test(name)) return false;
    bytes += originalSize;
    if (bytes > limits.bytes) throw new Error("its libraries are too large");
    return true;
  };
  try {
    return unzipSync(wheel, { filter: choose });
  } catch (error) {
    throw unusable(`it is damaged (${reason(error)})`);
  }
}

/** Maps paths to SHA-256 hashes in base64url, from lines as in PEP 427: "path,sha256=hash,size". */
function readRecord(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).map((line) => line.match(/^([^,"]+),sha256=([\w-]+),\d*$/));
  return new Map(lines.flatMap((parts) => (parts ? [[parts[1], parts[2]] as const] : [])));
}

const unusable = (problem: string): PnrError => new PnrError(`numpy's wheel cannot be used: ${problem}`);
