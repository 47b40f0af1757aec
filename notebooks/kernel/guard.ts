import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Connection } from "./connection";

/** Places in the memory that both threads see. */
export const flag = {
  /** How many interrupts the first thread has noticed. */
  interruptsSeen: 0,
  /** 1 while the running cell, once interrupted, wants to end by itself. */
  patient: 1,
  /** 1 once the running code is to stop at its next check. */
  stop: 2,
  /** 1 while tslab runs a cell up to its first wait, which Node lets a signal break off. */
  inScript: 3,
  /** 1 once the second thread has closed its sockets. */
  closed: 4,
  /** How often code was made to stop. */
  stops: 5,
  /** 1 while a cell runs; an interrupt between cells is none. */
  running: 6,
} as const;

/** Has all that cells have started stop at its next check; either thread may. */
export function makeStop(flags: Int32Array): void {
  Atomics.add(flags, flag.stops, 1);
  Atomics.store(flags, flag.stop, 1);
}

/** What the second thread is started with. */
export interface GuardData {
  readonly connection: Connection;
  readonly shared: SharedArrayBuffer;
}

/** What the second thread is told: an answer to send by the control socket, or to close it. */
export type ToGuard = { readonly frames: (Uint8Array | string)[] } | "close";

const millisecondsToClose = 1000;

/** What the second thread says. */
export type FromGuard =
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly code: string | undefined; readonly message: string }
  | { readonly type: "interrupt"; readonly count: number; readonly stopped: boolean }
  | { readonly type: "control"; readonly frames: Uint8Array[] };

/**
 * A thread beside the one that runs cells. It owns the control and heartbeat sockets and watches over the parent process,
 * so that a cell that never waits can be interrupted, and the kernel shut down.
 */
export class Guard {
  private readonly shared: SharedArrayBuffer = new SharedArrayBuffer(4 * Object.keys(flag).length);
  private readonly flags: Int32Array = new Int32Array(this.shared);
  private worker: Worker | undefined;

  /**
   * Resolves once the sockets are bound.
   * @param onControl is given the frames of each request that came by the control socket
   * @param onInterrupt is called for each interrupt that a front end asked for, and told whether code is being stopped already
   * @throws Error with the code EADDRINUSE when a port is taken
   */
  async start(
    connection: Connection,
    onControl: (frames: Uint8Array[]) => void,
    onInterrupt: (stopped: boolean) => void,
  ): Promise<void> {
    const workerData: GuardData = { connection, shared: this.shared };
    const worker = new Worker(join(__dirname, "guard-worker.js"), { workerData });
    this.worker = worker;
    process.once("exit", () => this.close());
    await new Promise<void>((resolve, reject) => {
      worker.once("error", reject);
      worker.on("message", (message: FromGuard) => {
        if (message.type === "ready") resolve();
        else if (message.type === "failed") {
          reject(Object.assign(new Error(message.message), { code: message.code }));
        } else if (message.type === "interrupt") {
          Atomics.store(this.flags, flag.interruptsSeen, message.count);
          onInterrupt(message.stopped);
        } else onControl(message.frames);
      });
    });
  }

  /** Sends an answer by the control socket. */
  reply(frames: (Uint8Array | string)[]): void {
    this.tell({ frames });
  }

  /** Whether the running cell, once interrupted, is given the time to end by itself. */
  patient(patient: boolean): void {
    Atomics.store(this.flags, flag.patient, Number(patient));
  }

  /** A cell starts. */
  begin(): void {
    for (const at of [flag.patient, flag.stop, flag.inScript]) Atomics.store(this.flags, at, 0);
    Atomics.store(this.flags, flag.running, 1);
  }

  /** The cell has ended. */
  end(): void {
    Atomics.store(this.flags, flag.running, 0);
  }

  inScript(is: boolean): void {
    Atomics.store(this.flags, flag.inScript, Number(is));
  }

  /** Has all that cells have started stop at its next check. */
  stop(): void {
    makeStop(this.flags);
  }

  /** How often cells were made to stop. */
  get interrupts(): number {
    return Atomics.load(this.flags, flag.stops);
  }

  get stopped(): boolean {
    return Atomics.load(this.flags, flag.stop) === 1;
  }

  /** A thread that is ended with open sockets takes the process down with an error of its own. */
  private close(): void {
    this.tell("close");
    Atomics.wait(this.flags, flag.closed, 0, millisecondsToClose);
  }

  private tell(message: ToGuard): void {
    this.worker?.postMessage(message);
  }
}
