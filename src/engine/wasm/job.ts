// A job runs a kernel over a number of units, cut into parts. The main thread and the workers each take the next part until none
// is left. Parts write disjoint results, so the result does not depend on which thread takes which part. There is one job at a
// time.

/** Indices into the control block. */
const field = {
  ticket: 0,
  finished: 1,
  failed: 2,
  sleeping: 3,
  kernel: 4,
  units: 5,
  count: 6,
  serving: 7,
} as const;

const controlBytes = 64;
const maxParameters = 32;

/** Iterations that an idle thread waits before it sleeps: about 50 µs, longer than the pauses between jobs of a step. */
const spinCount = 8_000;

/** Memory that describes the job to all threads. */
export type JobMemory = SharedArrayBuffer;

/** Calls a kernel for units `first` … `end` - 1. */
export type Call = (kernel: number, first: number, end: number, parameters: Float64Array) => void;

export function jobMemory(): JobMemory {
  return new SharedArrayBuffer(controlBytes + maxParameters * Float64Array.BYTES_PER_ELEMENT);
}

/** A thread's view of the job. The ticket contains the job's number, its number of parts, and the next part. */
export class Job {
  private readonly control: Int32Array;
  private readonly parameters: Float64Array;
  private number = 0;

  constructor(
    memory: JobMemory,
    private readonly call: Call,
  ) {
    this.control = new Int32Array(memory, 0, controlBytes / Int32Array.BYTES_PER_ELEMENT);
    this.parameters = new Float64Array(memory, controlBytes, maxParameters);
  }

  /** Runs a job on this thread and the workers that are free. Returns whether a part failed. */
  run(kernel: number, units: number, parts: number, parameters: readonly number[]): boolean {
    const { control } = this;
    control[field.kernel] = kernel;
    control[field.units] = units;
    control[field.count] = parameters.length;
    this.parameters.set(parameters);
    Atomics.store(control, field.failed, 0);
    Atomics.store(control, field.finished, 0);
    this.number = (this.number + 1) & 0xffff;
    Atomics.store(control, field.ticket, (this.number << 16) | (parts << 8));
    if (Atomics.load(control, field.sleeping) > 0) Atomics.notify(control, field.ticket);
    this.takeParts();
    for (let spins = 0; ; spins++) {
      const finished = Atomics.load(control, field.finished);
      if (finished === parts) return Atomics.load(control, field.failed) !== 0;
      // A worker may take long if other processes use its core.
      if (spins > spinCount) Atomics.wait(control, field.finished, finished, 1);
    }
  }

  /** Waits until `count` workers are ready, for at most `milliseconds`. */
  waitForWorkers(count: number, milliseconds: number): void {
    const end = Date.now() + milliseconds;
    for (;;) {
      const serving = Atomics.load(this.control, field.serving);
      const remaining = end - Date.now();
      if (serving >= count || remaining <= 0) return;
      Atomics.wait(this.control, field.serving, serving, remaining);
    }
  }

  /** The loop of a worker: takes parts, and sleeps between jobs. */
  serve(): never {
    Atomics.add(this.control, field.serving, 1);
    Atomics.notify(this.control, field.serving);
    for (let spins = 0; ; spins++) {
      if (this.takeParts()) spins = 0;
      if (spins < spinCount) continue;
      spins = 0;
      const ticket = Atomics.load(this.control, field.ticket);
      if (nextPart(ticket) < partsOf(ticket)) continue;
      Atomics.add(this.control, field.sleeping, 1);
      Atomics.wait(this.control, field.ticket, ticket);
      Atomics.sub(this.control, field.sleeping, 1);
    }
  }

  /** Computes parts until none is left. Returns whether there was one. */
  private takeParts(): boolean {
    const { control } = this;
    for (let any = false; ; any = true) {
      let ticket = Atomics.load(control, field.ticket);
      for (;;) {
        if (nextPart(ticket) >= partsOf(ticket)) return any;
        const current = Atomics.compareExchange(control, field.ticket, ticket, ticket + 1);
        if (current === ticket) break;
        ticket = current;
      }
      this.computePart(nextPart(ticket), partsOf(ticket));
    }
  }

  private computePart(part: number, parts: number): void {
    const { control } = this;
    const units = control[field.units];
    const bound = (index: number): number => Math.floor((units * index) / parts);
    try {
      const parameters = this.parameters.subarray(0, control[field.count]);
      this.call(control[field.kernel], bound(part), bound(part + 1), parameters);
    } catch {
      Atomics.store(control, field.failed, 1);
    }
    if (Atomics.add(control, field.finished, 1) + 1 === parts) Atomics.notify(control, field.finished);
  }
}

function nextPart(ticket: number): number {
  return ticket & 0xff;
}

function partsOf(ticket: number): number {
  return (ticket >>> 8) & 0xff;
}
