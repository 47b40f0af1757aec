import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256Of, writeAtomic } from "../../base/files";
import { RandomAccess } from "../../base/tensor-files";
import { filesOf, makeRoom, touch } from "./output-folder";
import { inputKey } from "./output-key";
import { encodeSegment, type OutputRange, readSegment } from "./output-segment";

/** A cache of a frozen BERT's outputs. Results are the same with and without it. */
export interface BertOutputs {
  /**
   * The key of an input: a hash of its pieces, including context, and the token of each.
   * @param ids [pieces] rows of BERT's embedding table
   * @param owners [pieces] token of each piece; `tokens` for context and special pieces
   */
  keyOf(ids: Int32Array, owners: Int32Array, tokens: number): string;
  get(key: string): Float32Array | undefined;
  put(key: string, values: Float32Array): void;
}

export interface StoreOptions {
  /** Bytes that the outputs of all BERTs in the parent folder may take. */
  readonly limit: number;
  /** Bytes collected in memory before they are written as one file. */
  readonly segment?: number;
}

const ending = ".arrow";

/**
 * Outputs of one BERT in a folder of Arrow files. Holds only keys and offsets in memory. Files are written whole and never change, so
 * processes can share a folder. A faulty folder (damaged, read-only, full) costs only time.
 */
export class OutputStore implements BertOutputs {
  readonly keyOf: BertOutputs["keyOf"] = inputKey;
  private readonly folder: string;
  private readonly limit: number;
  private readonly segment: number;
  private readonly files: RandomAccess[] = [];
  private readonly ranges = new Map<string, OutputRange & { readonly file: RandomAccess }>();
  private pending = new Map<string, Float32Array>();
  private pendingBytes = 0;
  private isFull = false;

  constructor(folder: string, { limit, segment = 2 ** 25 }: StoreOptions) {
    this.folder = folder;
    this.limit = limit;
    this.segment = segment;
    for (const name of filesOf(folder)) if (name.endsWith(ending)) this.open(join(folder, name));
    touch(folder);
  }

  get size(): number {
    return this.ranges.size + this.pending.size;
  }

  get(key: string): Float32Array | undefined {
    const pending = this.pending.get(key);
    if (pending) return pending;
    const range = this.ranges.get(key);
    if (!range) return undefined;
    const { file, start, count } = range;
    try {
      const bytes = file.read(start, count * Float32Array.BYTES_PER_ELEMENT);
      return new Float32Array(Uint8Array.prototype.slice.call(bytes).buffer);
    } catch {
      this.ranges.delete(key);
      return undefined;
    }
  }

  put(key: string, values: Float32Array): void {
    if (this.isFull) return;
    this.pending.set(key, values);
    this.pendingBytes += values.byteLength;
    if (this.pendingBytes >= this.segment) this.flush();
  }

  flush(): void {
    if (!this.pending.size) return;
    const bytes = encodeSegment(this.pending);
    const path = join(this.folder, `${sha256Of(bytes).slice(0, 16)}${ending}`);
    this.pending = new Map();
    this.pendingBytes = 0;
    try {
      this.isFull = !makeRoom(bytes.length, this.folder, this.limit, dirname(this.folder));
      if (this.isFull) return;
      writeAtomic(path, bytes);
    } catch {
      this.isFull = true;
      return;
    }
    this.open(path);
  }

  close(): void {
    this.flush();
    for (const file of this.files) file.close();
    this.files.length = 0;
    this.ranges.clear();
  }

  private open(path: string): void {
    try {
      const ranges = readSegment(path);
      if (!ranges) {
        rmSync(path, { force: true });
        return;
      }
      const file = new RandomAccess(path);
      this.files.push(file);
      for (const [key, range] of ranges) this.ranges.set(key, { ...range, file });
    } catch {
      // BERT computes the outputs again
    }
  }
}
