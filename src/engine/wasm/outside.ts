// Buffers outside WebAssembly's 4 GiB. Threads copy them block by block through their scratch.
import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import { type NumberFunction, wordBytes } from "./heap";
import { blockSize } from "./work";

/** Tells a worker the buffer with an id, or without a buffer, to forget the id. */
export interface BufferMessage {
  readonly id: number;
  readonly buffer?: SharedArrayBuffer;
}

/** Returns the elements of the buffer with an id. */
export type BufferLookup = (id: number) => Float32Array;

/** Assigns ids to the buffers that kernels use. Workers forget a buffer when the main thread has freed it. */
export class OutsideBuffers {
  private nextId = 0;
  private readonly ids = new WeakMap<SharedArrayBuffer, number>();
  private readonly buffers = new Map<number, WeakRef<SharedArrayBuffer>>();
  private readonly registry = new FinalizationRegistry<number>((id) => {
    this.buffers.delete(id);
    this.broadcast({ id });
  });

  /** @param broadcast sends a message to every worker */
  constructor(private readonly broadcast: (message: BufferMessage) => void) {}

  idOf(buffer: SharedArrayBuffer): number {
    const existing = this.ids.get(buffer);
    if (existing !== undefined) return existing;
    const id = this.nextId++;
    this.ids.set(buffer, id);
    this.buffers.set(id, new WeakRef(buffer));
    this.registry.register(buffer, id);
    this.broadcast({ id, buffer });
    return id;
  }

  readonly lookup: BufferLookup = (id) => {
    const buffer = this.buffers.get(id)?.deref();
    if (!buffer) throw new Error(`there is no buffer ${id}`);
    return new Float32Array(buffer);
  };
}

/** The lookup of a worker. A worker has no event loop, so it reads its messages when it finds an unknown id. */
export function workerLookup(): BufferLookup {
  const buffers = new Map<number, Float32Array>();
  return (id) => {
    while (!buffers.has(id)) {
      const received = parentPort && receiveMessageOnPort(parentPort);
      if (!received) throw new Error(`there is no buffer ${id}`);
      const message = received.message as BufferMessage;
      if (message.buffer) buffers.set(message.id, new Float32Array(message.buffer));
      else buffers.delete(message.id);
    }
    return buffers.get(id) as Float32Array;
  };
}

/** The parameter names of {@link outsideKernels}, in order. */
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

/** @param adamW our WebAssembly kernel of that name */
export function outsideKernels(
  memory: WebAssembly.Memory,
  lookup: BufferLookup,
  adamW: NumberFunction,
): Readonly<Record<string, NumberFunction>> {
  return {
    /**
     * A step of AdamW on blocks `first` … `end` - 1, with moments outside the memory.
     *
     * @param table seven words per block: the addresses of parameter and gradient, the ids of both moments' buffers, the first
     * element in these, the number of elements, and the factor of the parameter
     * @param parameters those of `adamW`, then scratch for six words and two blocks
     */
    adamWOutside(first, end, table, ...parameters) {
      const scratch = parameters.pop() as number;
      const words = new Int32Array(memory.buffer);
      const numbers = new Float32Array(memory.buffer);
      const row = scratch >>> 2;
      const copies = [row + 16, row + 16 + blockSize];
      for (let block = first; block < end; block++) {
        const entry = (table >>> 2) + 7 * block;
        const [parameter, gradient, firstMoment, secondMoment, start, count] = words.subarray(
          entry,
          entry + 6,
        );
        const moments = [firstMoment, secondMoment].map((id) => lookup(id).subarray(start, start + count));
        for (const [i, moment] of moments.entries()) numbers.set(moment, copies[i]);
        words.set([parameter, gradient, copies[0] * wordBytes, copies[1] * wordBytes, count], row);
        words[row + 5] = words[entry + 6];
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
