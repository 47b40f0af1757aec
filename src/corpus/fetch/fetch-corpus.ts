import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ChecksumError, checksumOf, type DownloadOptions, download } from "../../base/download";
import { InputError } from "../../base/errors";
import { AtomicFile, reason, writeAtomic } from "../../base/files";
import type { CorpusSource, SourceFile } from "./corpus-sources";

export interface FetchOptions extends Omit<DownloadOptions, "checksum" | "size" | "onProgress"> {
  /** Address of another copy of the files, under the same names. */
  readonly mirror?: string;
  /** Accepts files with another checksum than expected. */
  readonly anyChecksum?: boolean;
  readonly onProgress?: (name: string, done: number, total: number | undefined) => void;
}

export interface FetchedFile {
  readonly path: string;
  readonly sha256: string;
  readonly existed: boolean;
}

/** Checksums of fetched files, in the format of sha256sum. */
const checksumFile = "checksums.sha256";

/**
 * Downloads the files of a corpus into a folder and skips those that exist. A file without an expected checksum gets that of its
 * first download, which `checksums.sha256` records.
 * @throws InputError if a file is not available; the message says what to put where
 */
export async function fetchCorpus(
  source: CorpusSource,
  folder: string,
  options: FetchOptions = {},
): Promise<FetchedFile[]> {
  const fetched: FetchedFile[] = [];
  for (const file of source.files) {
    const path = join(folder, file.name);
    const one = await fetchFile(file, path, recordedChecksums(folder).get(file.name), options).catch(
      (error: unknown) => {
        throw withWayOut(error, source, folder);
      },
    );
    fetched.push(one);
    recordChecksum(folder, file.name, one.sha256);
    if (file.member !== undefined && !existsSync(join(folder, file.member)))
      await unpack(path, file.member, join(folder, file.member));
  }
  return fetched;
}

async function fetchFile(
  { address, name, sha256 }: SourceFile,
  path: string,
  recorded: string | undefined,
  { mirror, anyChecksum, onProgress, ...options }: FetchOptions,
): Promise<FetchedFile> {
  const expected = anyChecksum ? undefined : (sha256 ?? recorded);
  if (existsSync(path)) {
    const actual = await checksumOf(path);
    if (expected === undefined || actual === expected) return { path, sha256: actual, existed: true };
    throw new InputError(
      `${path}: has the checksum ${actual}, not ${expected}; remove it, or accept it with --any-checksum`,
    );
  }
  const from = mirror === undefined ? address : `${mirror.replace(/\/$/, "")}/${name}`;
  const actual = await download(from, path, {
    ...options,
    ...(expected !== undefined && { checksum: { kind: "sha256", value: expected } }),
    onProgress: (done, total) => onProgress?.(name, done, total),
  }).catch((error: unknown) => {
    if (!(error instanceof ChecksumError)) throw error;
    const wayOut = "; compare it yourself, then accept it with --any-checksum";
    throw new ChecksumError(error.message + wayOut, { cause: error });
  });
  return { path, sha256: actual, existed: false };
}

function withWayOut(error: unknown, { files, home }: CorpusSource, folder: string): unknown {
  if (!(error instanceof InputError) || !/cannot be downloaded|the server answers/.test(error.message))
    return error;
  const list = files.map(({ address, name }) => `${address} as ${join(folder, name)}`).join(", ");
  return new InputError(
    `${error.message}; or download ${list} in another way (see ${home}) and run this again`,
    { cause: error },
  );
}

function recordedChecksums(folder: string): Map<string, string> {
  const path = join(folder, checksumFile);
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  return new Map(
    lines.flatMap((line) => {
      const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
      return match ? [[match[2], match[1]]] : [];
    }),
  );
}

function recordChecksum(folder: string, name: string, sha256: string): void {
  const checksums = recordedChecksums(folder);
  if (checksums.get(name) === sha256) return;
  checksums.set(name, sha256);
  const lines = [...checksums].map(([file, sum]) => `${sum}  ${file}\n`);
  writeAtomic(join(folder, checksumFile), lines.join(""));
}

const mostUnpacked = 2 ** 30;

/**
 * Unpacks one file of a .tgz with the system's tar. The file appears whole or not at all. Names in the archive never become paths.
 * @throws InputError if there is no tar, or the archive has no such file
 */
async function unpack(archive: string, member: string, path: string): Promise<void> {
  const file = new AtomicFile(path);
  // tar takes the text before a colon for a host name, except in an absolute path
  const tar = spawn("tar", ["-xzOf", resolve(archive), member], { stdio: ["ignore", "pipe", "pipe"] });
  const closed = once(tar, "close");
  closed.catch(() => {}); // awaited after the output has ended
  let errors = "";
  tar.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text.slice(0, 1000);
  });
  try {
    let size = 0;
    for await (const chunk of tar.stdout as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > mostUnpacked)
        throw new InputError(`${archive}: ${member} is larger than ${mostUnpacked} bytes`);
      file.write(chunk);
    }
    const [code] = await closed;
    if (code !== 0 || size === 0) throw new Error(errors.trim() || `tar ended with ${code}`);
    file.commit();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `${archive}: ${member} cannot be unpacked (${reason(error)}); unpack it yourself, to ${path}`,
      { cause: error },
    );
  } finally {
    tar.kill();
    file.discard();
  }
}
