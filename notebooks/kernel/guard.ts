import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Connection } from "./connection";

/** Places in the memory that both threads see. */
export const flag = {
  /** How many interrupts the first thread has noticed. */
  interruptsSeen: 0,
  /** 1 while the running cell, once interrupted, wants to end by itself. */
  patient: 1,
  /** 1 while the compiler works. */
  compiling: 2,
  /** 1 once the second thread has closed its sockets. */
  closed: 3,
} as const;

/**
 * Node's options for a kernel. Code that is ended where it stands leaves Node's record of who called whom behind, which
 * says nothing here but would make Node end the process.
 */
export const kernelOptions: readonly string[] = ["--no-force-async-hooks-checks"];

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
  | { readonly type: "interrupt"; readonly count: number }
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
   * @param onInterrupt is called for each interrupt that a front end asked for
   * @throws Error with the code EADDRINUSE when a port is taken
   */
  async start(
    connection: Connection,
    onControl: (frames: Uint8Array[]) => void,
    onInterrupt: () => void,
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
          onInterrupt();
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

  /** Does the compiler's work; an interrupt waits for its end. */
  compiling<T>(work: () => T): T {
    Atomics.store(this.flags, flag.compiling, 1);
    try {
      return work();
    } finally {
      Atomics.store(this.flags, flag.compiling, 0);
    }
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
