import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256Of, writeAtomic } from "../../base/files";
import { RandomAccess } from "../../base/tensor-files";
import { filesOf, makeRoom, touch } from "./folder";
import { encodeSegment, readSegment, type StoredPlace } from "./segment";

/** What a frozen BERT made of inputs that it has read before. Whoever uses it gets the same numbers as without. */
export interface BertOutputs {
  /** @param key of the input, a SHA-256 in hexadecimal digits */
  get(key: string): Float32Array | undefined;
  put(key: string, values: Float32Array): void;
}

export interface StoreOptions {
  /** Bytes that the outputs of all BERTs in the folder above may take. */
  readonly limit: number;
  /** Bytes gathered in memory before they are written as one file. */
  readonly segment?: number;
}

const ending = ".arrow";

/**
 * Outputs of one BERT in a folder of Arrow files. Only keys and places are in memory. Files are written whole and never changed, so
 * that processes can share a folder. What is wrong with it (damaged, read-only, full) costs only time.
 */
export class OutputStore implements BertOutputs {
  private readonly folder: string;
  private readonly limit: number;
  private readonly segment: number;
  private readonly files: RandomAccess[] = [];
  private readonly places = new Map<string, StoredPlace & { readonly file: RandomAccess }>();
  private pending = new Map<string, Float32Array>();
  private pendingBytes = 0;
  private full = false;

  constructor(folder: string, { limit, segment = 2 ** 25 }: StoreOptions) {
    this.folder = folder;
    this.limit = limit;
    this.segment = segment;
    for (const name of filesOf(folder)) if (name.endsWith(ending)) this.open(join(folder, name));
    touch(folder);
  }

  /** Outputs that are known. */
  get size(): number {
    return this.places.size + this.pending.size;
  }

  get(key: string): Float32Array | undefined {
    const waiting = this.pending.get(key);
    if (waiting) return waiting;
    const place = this.places.get(key);
    if (!place) return undefined;
    const { file, start, count } = place;
    try {
      const bytes = file.read(start, count * Float32Array.BYTES_PER_ELEMENT);
      return new Float32Array(Uint8Array.prototype.slice.call(bytes).buffer);
    } catch {
      this.places.delete(key);
      return undefined;
    }
  }

  put(key: string, values: Float32Array): void {
    if (this.full) return;
    this.pending.set(key, values);
    this.pendingBytes += values.byteLength;
    if (this.pendingBytes >= this.segment) this.flush();
  }

  /** Writes what was gathered. */
  flush(): void {
    if (!this.pending.size) return;
    const bytes = encodeSegment(this.pending);
    const path = join(this.folder, `${sha256Of(bytes).slice(0, 16)}${ending}`);
    this.pending = new Map();
    this.pendingBytes = 0;
    try {
      this.full = !makeRoom(bytes.length, this.folder, this.limit, dirname(this.folder));
      if (this.full) return;
      writeAtomic(path, bytes);
    } catch {
      this.full = true;
      return;
    }
    this.open(path);
  }

  /** Writes what was gathered, and lets go of the files. */
  close(): void {
    this.flush();
    for (const file of this.files) file.close();
    this.files.length = 0;
    this.places.clear();
  }

  private open(path: string): void {
    try {
      const places = readSegment(path);
      if (!places) {
        rmSync(path, { force: true });
        return;
      }
      const file = new RandomAccess(path);
      this.files.push(file);
      for (const [key, place] of places) this.places.set(key, { ...place, file });
    } catch {
      // what cannot be read is computed again
    }
  }
}
