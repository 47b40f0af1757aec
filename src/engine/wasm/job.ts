// One job at a time, shared by the main thread and the workers: a kernel over a number of units, cut into parts that any
// thread takes. Parts write disjoint results, so that who takes which changes nothing.

/** Words of the control block. */
const place = {
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
const mostArguments = 32;

/** Turns of an idle thread before it sleeps: some 50 µs, longer than the pauses between the jobs of a step. */
const idleTurns = 8_000;

/** Memory that both sides see, besides the heap on which the kernels work. */
export type JobMemory = SharedArrayBuffer;

/** A kernel's part: the half-open range of its units, then what it was given, then the thread's own scratch. */
export type Call = (kernel: number, first: number, end: number, parameters: Float64Array) => void;

export function jobMemory(): JobMemory {
  return new SharedArrayBuffer(controlBytes + mostArguments * Float64Array.BYTES_PER_ELEMENT);
}

/** Either side's view of the job. The ticket holds the job's number, of how many parts it is, and which comes next. */
export class Job {
  private readonly control: Int32Array;
  private readonly parameters: Float64Array;
  private number = 0;

  constructor(
    memory: JobMemory,
    private readonly call: Call,
  ) {
    this.control = new Int32Array(memory, 0, controlBytes / Int32Array.BYTES_PER_ELEMENT);
    this.parameters = new Float64Array(memory, controlBytes, mostArguments);
  }

  /** Has the job done, by this thread and whichever workers are free. Returns whether a part failed. */
  run(kernel: number, units: number, parts: number, parameters: readonly number[]): boolean {
    const { control } = this;
    control[place.kernel] = kernel;
    control[place.units] = units;
    control[place.count] = parameters.length;
    this.parameters.set(parameters);
    Atomics.store(control, place.failed, 0);
    Atomics.store(control, place.finished, 0);
    this.number = (this.number + 1) & 0xffff;
    Atomics.store(control, place.ticket, (this.number << 16) | (parts << 8));
    if (Atomics.load(control, place.sleeping) > 0) Atomics.notify(control, place.ticket);
    this.takeParts();
    for (let turn = 0; ; turn++) {
      const finished = Atomics.load(control, place.finished);
      if (finished === parts) return Atomics.load(control, place.failed) !== 0;
      // A worker without a processor of its own may take long.
      if (turn > idleTurns) Atomics.wait(control, place.finished, finished, 1);
    }
  }

  /** Waits until so many workers serve, at most so long. */
  waitForWorkers(count: number, milliseconds: number): void {
    const end = Date.now() + milliseconds;
    for (;;) {
      const serving = Atomics.load(this.control, place.serving);
      const left = end - Date.now();
      if (serving >= count || left <= 0) return;
      Atomics.wait(this.control, place.serving, serving, left);
    }
  }

  /** A worker's life: takes parts, sleeps where there are none. */
  serve(): never {
    Atomics.add(this.control, place.serving, 1);
    Atomics.notify(this.control, place.serving);
    for (let turn = 0; ; turn++) {
      if (this.takeParts()) turn = 0;
      if (turn < idleTurns) continue;
      turn = 0;
      const ticket = Atomics.load(this.control, place.ticket);
      if (nextPart(ticket) < partsOf(ticket)) continue;
      Atomics.add(this.control, place.sleeping, 1);
      Atomics.wait(this.control, place.ticket, ticket);
      Atomics.sub(this.control, place.sleeping, 1);
    }
  }

  /** Returns whether there was one. */
  private takeParts(): boolean {
    const { control } = this;
    for (let any = false; ; any = true) {
      let ticket = Atomics.load(control, place.ticket);
      for (;;) {
        if (nextPart(ticket) >= partsOf(ticket)) return any;
        const found = Atomics.compareExchange(control, place.ticket, ticket, ticket + 1);
        if (found === ticket) break;
        ticket = found;
      }
      this.doPart(nextPart(ticket), partsOf(ticket));
    }
  }

  private doPart(part: number, parts: number): void {
    const { control } = this;
    const units = control[place.units];
    const bound = (index: number): number => Math.floor((units * index) / parts);
    try {
      const parameters = this.parameters.subarray(0, control[place.count]);
      this.call(control[place.kernel], bound(part), bound(part + 1), parameters);
    } catch {
      Atomics.store(control, place.failed, 1);
    }
    if (Atomics.add(control, place.finished, 1) + 1 === parts) Atomics.notify(control, place.finished);
  }
}

function nextPart(ticket: number): number {
  return ticket & 0xff;
}

function partsOf(ticket: number): number {
  return (ticket >>> 8) & 0xff;
}
