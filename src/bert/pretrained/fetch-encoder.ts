import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { type Checksum, checksumOf, download } from "../../base/download";
import { InputError } from "../../base/errors";
import { reason, writeAtomic } from "../../base/files";
import { parseJson } from "../../base/json";
import { NetworkError, requestText } from "../../base/request";
import { parseWith } from "../../base/schema";
import { cachedFolder } from "./encoder-folders";
import { PretrainedBert } from "./pretrained-bert";
import { configFile, readPretrainedConfig } from "./pretrained-config";
import { tokenizerConfigFile, tokenizerFile, vocabularyFile } from "./pretrained-tokenizer";
import { weightFiles } from "./pretrained-weights";

export interface FetchOptions {
  /** A branch, tag or commit; default "main". */
  readonly revision?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (state: FetchProgress) => void;
  /** Milliseconds within which the list of the model's files must arrive; default 60,000. */
  readonly listTimeout?: number;
}

export interface FetchProgress {
  readonly file: string;
  readonly done: number;
  readonly total: number;
}

/** A file of a model in the hub's listing: large files have a SHA-256, small ones a git blob id. */
interface HubFile {
  readonly rfilename: string;
  readonly size: number;
  readonly blobId?: string;
  readonly lfs?: { readonly sha256: string };
}

const hash = z.string().regex(/^[0-9a-f]{40,64}$/);

const listSchema = z.object({
  sha: hash,
  siblings: z.array(
    z
      .object({
        rfilename: z.string(),
        size: z.int().min(0),
        blobId: hash.optional(),
        lfs: z.object({ sha256: hash }).optional(),
      })
      .refine(({ blobId, lfs }) => blobId ?? lfs, "has no checksum"),
  ),
});

/** Milliseconds before each retry. */
const pauses: readonly number[] = [500, 2000, 5000];

/** Larger than a list of a hundred thousand files. */
const mostListBytes = 2 ** 25;

/** Largest size of a file that is read into memory whole: everything but the weights. The largest vocabularies take 20 MB. */
const mostTextBytes = 2 ** 27;

/**
 * The hub's address: the environment variable HF_ENDPOINT, which Hugging Face's tools also read, or else Hugging Face's own hub.
 */
function hubAddress(): string {
  return (process.env.HF_ENDPOINT || "https://huggingface.co").replace(/\/+$/, "");
}

/**
 * Downloads a BERT into the local cache, unless it exists there. Resumes interrupted downloads. The folder appears whole.
 * @param name such as "bert-base-cased" or "dmis-lab/biobert-base-cased-v1.2"
 * @returns its folder
 * @throws InputError if there is no such model, it is not a BERT, or the hub cannot be reached; then the message says what to copy where
 */
export async function fetchEncoder(name: string, options: FetchOptions = {}): Promise<string> {
  const folder = cachedFolder(name);
  if (existsSync(join(folder, configFile))) return folder;
  const incoming = `${folder}.part`;
  try {
    await fetchInto(incoming, name, options);
  } catch (error) {
    if (error instanceof NetworkError)
      throw new InputError(withoutNetwork(name, folder, error), { cause: error });
    throw error;
  }
  mkdirSync(dirname(folder), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(incoming, folder);
  return folder;
}

async function fetchInto(folder: string, name: string, options: FetchOptions): Promise<void> {
  const { revision = "main", signal, onProgress, listTimeout = 60_000 } = options;
  const hub = hubAddress();
  const { sha, siblings } = await listing(
    `${hub}/api/models/${name}/revision/${encodeURIComponent(revision)}?blobs=true`,
    listTimeout,
    signal,
  );
  const files = selectFiles(siblings, name);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  for (const file of files) {
    const { rfilename, size } = file;
    const path = join(folder, rfilename);
    const checksum = checksumOfListed(file);
    const show = (done: number): void => onProgress?.({ file: rfilename, done: before + done, total });
    if (existsSync(path) && (await checksumOf(path, checksum.kind)) === checksum.value) show(size);
    else {
      const address = `${hub}/${name}/resolve/${sha}/${rfilename}`;
      await download(address, path, { checksum, size, pauses, signal, onProgress: show });
    }
    before += size;
    // refuses other models before downloading weights
    if (rfilename === configFile) readPretrainedConfig(folder);
  }
  const checksums = files.map((file) => [file.rfilename, checksumOfListed(file).value]);
  const source = { name, revision: sha, checksums: Object.fromEntries(checksums) };
  writeAtomic(join(folder, "source.json"), `${JSON.stringify(source, null, 2)}\n`);
  new PretrainedBert(folder).check();
}

function checksumOfListed({ lfs, blobId }: HubFile): Checksum {
  return lfs ? { kind: "sha256", value: lfs.sha256 } : { kind: "git", value: blobId ?? "" };
}

async function listing(
  url: string,
  timeout: number,
  signal?: AbortSignal,
): Promise<z.infer<typeof listSchema>> {
  const accepts = [401, 404];
  const { response, text } = await requestText(url, { signal, accepts, timeout, most: mostListBytes });
  if (!response.ok) {
    throw new InputError(
      `${url}: the server answers ${response.status} ${response.statusText}; there is no such model, or it is not public`,
    );
  }
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new InputError(`${url}: is not a list of a model's files (${reason(error)})`, { cause: error });
  }
  return parseWith(listSchema, value, url);
}

/** Selects the required files, small ones first: config, vocabulary, and weights in the preferred format. */
function selectFiles(siblings: readonly HubFile[], name: string): HubFile[] {
  const find = (file: string): HubFile[] => siblings.filter(({ rfilename }) => rfilename === file);
  const weights = weightFiles.flatMap(find)[0];
  const vocabulary = [vocabularyFile, tokenizerFile].flatMap(find);
  if (!find(configFile).length || !vocabulary.length || !weights) {
    const parts = `a ${configFile}, a ${vocabularyFile} or ${tokenizerFile}, and a ${weightFiles[0]} or ${weightFiles[2]}`;
    throw new InputError(`${name}: is not an encoder in Hugging Face's format, which has ${parts}`);
  }
  const [, stem, ending] = weights.rfilename.match(/^(.*)\.(safetensors|bin)\.index\.json$/) ?? [];
  const shard = /^[\w.-]+-\d+-of-\d+\.(safetensors|bin)$/;
  const shards = siblings.filter(
    ({ rfilename }) =>
      stem && shard.test(rfilename) && rfilename.startsWith(`${stem}-`) && rfilename.endsWith(`.${ending}`),
  );
  const texts = [
    ...find(configFile),
    ...vocabulary,
    ...find(tokenizerConfigFile),
    ...(stem ? [weights] : []),
  ];
  const large = texts.find(({ size }) => size > mostTextBytes);
  if (large)
    throw new InputError(
      `${name}: the hub lists ${large.rfilename} with ${large.size} bytes, more than ${mostTextBytes}: this is not the expected file`,
    );
  return [...texts, ...(stem ? shards : [weights])];
}

function withoutNetwork(name: string, folder: string, { message }: Error): string {
  const files = `${configFile}, ${vocabularyFile}, ${tokenizerConfigFile} and ${weightFiles[0]} (or ${weightFiles[2]})`;
  return (
    `${message}; or copy ${files} of ${hubAddress()}/${name}/tree/main ` +
    `from a machine that can reach it into ${folder}`
  );
}
