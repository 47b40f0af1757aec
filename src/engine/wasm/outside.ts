// Buffers outside WebAssembly's 4 GiB, on which all threads work: a block of them at a time goes through a thread's scratch.
import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import { wordBytes } from "./heap";

/** Elements of a block, the unit of work of a pass over all parameters: what belongs to one stays in a thread's cache. */
export const blockSize = 16_384;

/** Gives a worker the buffer with a number; without a buffer, the worker forgets the number. */
export interface BufferMessage {
  readonly id: number;
  readonly buffer?: SharedArrayBuffer;
}

/** The elements of the buffer with a number. */
export type BufferLookup = (id: number) => Float32Array;

/** Numbers the buffers that the main thread hands to kernels. Workers forget a buffer when the main thread has freed it. */
export class OutsideBuffers {
  private next = 0;
  private readonly ids = new WeakMap<SharedArrayBuffer, number>();
  private readonly buffers = new Map<number, WeakRef<SharedArrayBuffer>>();
  private readonly freed = new FinalizationRegistry<number>((id) => {
    this.buffers.delete(id);
    this.tell({ id });
  });

  /** @param tell sends a message to every worker */
  constructor(private readonly tell: (message: BufferMessage) => void) {}

  idOf(buffer: SharedArrayBuffer): number {
    const known = this.ids.get(buffer);
    if (known !== undefined) return known;
    const id = this.next++;
    this.ids.set(buffer, id);
    this.buffers.set(id, new WeakRef(buffer));
    this.freed.register(buffer, id);
    this.tell({ id, buffer });
    return id;
  }

  readonly lookup: BufferLookup = (id) => {
    const buffer = this.buffers.get(id)?.deref();
    if (!buffer) throw new Error(`there is no buffer ${id}`);
    return new Float32Array(buffer);
  };
}

/** A worker's lookup. It reads its messages where it meets a number that is new to it: it has no event loop. */
export function workerLookup(): BufferLookup {
  const buffers = new Map<number, Float32Array>();
  return (id) => {
    while (!buffers.has(id)) {
      const received = parentPort && receiveMessageOnPort(parentPort);
      if (!received) throw new Error(`there is no buffer ${id}`);
      const { id: number, buffer } = received.message as BufferMessage;
      if (buffer) buffers.set(number, new Float32Array(buffer));
      else buffers.delete(number);
    }
    return buffers.get(id) as Float32Array;
  };
}

/** The names of the parameters of {@link outsideKernels}, in order. */
export const outsideParameters = {
  adamWOutside: [
    "first",
    "end",
    "table",
    "scale",
    "beta1",
    "beta2",
    "stepSize",
    "correction",
    "epsilon",
    "scratch",
  ],
} as const;

type NumberFunction = (...parameters: number[]) => number;

/** @param adamW our own kernel of that name */
export function outsideKernels(
  memory: WebAssembly.Memory,
  lookup: BufferLookup,
  adamW: NumberFunction,
): Readonly<Record<string, NumberFunction>> {
  return {
    /**
     * A step of AdamW on the blocks from `first` up to `end`, whose moments lie outside.
     *
     * @param parameters the table: seven words a block, the addresses of parameter and gradient, the numbers of both moments'
     * buffers, the first element in these, how many elements, and the factor on the parameter; then those of `adamW`, and
     * scratch for six words and two blocks
     */
    adamWOutside(first, end, table, ...parameters) {
      const scratch = parameters.pop() as number;
      const words = new Int32Array(memory.buffer);
      const numbers = new Float32Array(memory.buffer);
      const row = scratch >>> 2;
      const copies = [row + 16, row + 16 + blockSize];
      for (let block = first; block < end; block++) {
        const at = (table >>> 2) + 7 * block;
        const [parameter, gradient, firstMoment, secondMoment, start, count] = words.subarray(at, at + 6);
        const moments = [firstMoment, secondMoment].map((id) => lookup(id).subarray(start, start + count));
        for (const [i, moment] of moments.entries()) numbers.set(moment, copies[i]);
        words.set([parameter, gradient, copies[0] * wordBytes, copies[1] * wordBytes, count], row);
        words[row + 5] = words[at + 6];
        adamW(0, 1, scratch, ...parameters);
        for (const [i, moment] of moments.entries()) {
          moment.set(numbers.subarray(copies[i], copies[i] + count));
        }
      }
      return 0;
    },
  };
}

/** Bytes of scratch that {@link outsideKernels} need. */
export const outsideScratch: number = (16 + 2 * blockSize) * wordBytes;
