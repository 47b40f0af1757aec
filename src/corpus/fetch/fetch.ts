import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ChecksumError, checksumOf, type DownloadOptions, download } from "../../base/download";
import { InputError } from "../../base/errors";
import { writeAtomic } from "../../base/files";
import type { CorpusSource, SourceFile } from "./sources";
import { unpack } from "./unpack";

export interface FetchOptions extends Omit<DownloadOptions, "checksum" | "size" | "onProgress"> {
  /** Where the files are had instead, under the same names: a copy of one's own. */
  readonly mirror?: string;
  /** Takes files whose checksum is not the known one. */
  readonly anyChecksum?: boolean;
  readonly onProgress?: (name: string, done: number, total: number | undefined) => void;
}

/** What became of a file. */
export interface Fetched {
  readonly path: string;
  readonly sha256: string;
  /** It was there before. */
  readonly kept: boolean;
}

/** The checksums of what was fetched, in the format of sha256sum. */
const checksumFile = "checksums.sha256";

/**
 * Gets a corpus's files into a folder. What is there already is not fetched again; what has no known checksum has that of the
 * first download from then on, which `checksums.sha256` keeps.
 * @throws InputError when a file cannot be had, saying what to put where
 */
export async function fetchCorpus(
  source: CorpusSource,
  folder: string,
  options: FetchOptions = {},
): Promise<Fetched[]> {
  const fetched: Fetched[] = [];
  for (const file of source.files) {
    const path = join(folder, file.name);
    const one = await fetchFile(file, path, notedChecksums(folder).get(file.name), options).catch(
      (error: unknown) => {
        throw withWayOut(error, source, folder);
      },
    );
    fetched.push(one);
    note(folder, file.name, one.sha256);
    if (file.member !== undefined && !existsSync(join(folder, file.member)))
      await unpack(path, file.member, join(folder, file.member));
  }
  return fetched;
}

async function fetchFile(
  { address, name, sha256 }: SourceFile,
  path: string,
  noted: string | undefined,
  { mirror, anyChecksum, onProgress, ...options }: FetchOptions,
): Promise<Fetched> {
  const expected = anyChecksum ? undefined : (sha256 ?? noted);
  if (existsSync(path)) {
    const found = await checksumOf(path);
    if (expected === undefined || found === expected) return { path, sha256: found, kept: true };
    throw new InputError(
      `${path}: has the checksum ${found}, not ${expected}; remove it, or take it with --any-checksum`,
    );
  }
  const from = mirror === undefined ? address : `${mirror.replace(/\/$/, "")}/${name}`;
  const found = await download(from, path, {
    ...options,
    ...(expected !== undefined && { checksum: { kind: "sha256", value: expected } }),
    onProgress: (done, total) => onProgress?.(name, done, total),
  }).catch((error: unknown) => {
    if (!(error instanceof ChecksumError)) throw error;
    const way = "; compare it yourself, then take it with --any-checksum";
    throw new ChecksumError(error.message + way, { cause: error });
  });
  return { path, sha256: found, kept: false };
}

function withWayOut(error: unknown, { files, home }: CorpusSource, folder: string): unknown {
  if (!(error instanceof InputError) || !/cannot be downloaded|the server answers/.test(error.message))
    return error;
  const list = files.map(({ address, name }) => `${address} as ${join(folder, name)}`).join(", ");
  return new InputError(`${error.message}; or get by other means ${list} (see ${home}) and run this again`, {
    cause: error,
  });
}

function notedChecksums(folder: string): Map<string, string> {
  const path = join(folder, checksumFile);
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  return new Map(
    lines.flatMap((line) => {
      const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
      return match ? [[match[2], match[1]]] : [];
    }),
  );
}

function note(folder: string, name: string, sha256: string): void {
  const noted = notedChecksums(folder);
  if (noted.get(name) === sha256) return;
  noted.set(name, sha256);
  writeAtomic(join(folder, checksumFile), [...noted].map(([file, sum]) => `${sum}  ${file}\n`).join(""));
}
