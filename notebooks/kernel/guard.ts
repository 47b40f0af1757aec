import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Connection } from "./connection";

/** Indices into the memory that both threads share. */
export const flag = {
  /** Number of interrupts that the main thread has seen. */
  interruptsSeen: 0,
  /** 1 if the running cell reacts to an interrupt by itself. */
  patient: 1,
  /** 1 if running code must stop at its next check. */
  stop: 2,
  /** 1 while tslab runs a cell up to its first `await`, where Node lets a signal interrupt it. */
  inScript: 3,
  /** 1 after the guard thread has closed its sockets. */
  closed: 4,
  /** Number of stops so far. */
  stops: 5,
  /** 1 while a cell runs. Interrupts between cells are ignored. */
  running: 6,
} as const;

/** Makes all code that cells have started stop at its next check. Both threads call this. */
export function makeStop(flags: Int32Array): void {
  Atomics.add(flags, flag.stops, 1);
  Atomics.store(flags, flag.stop, 1);
}

export interface GuardData {
  readonly connection: Connection;
  readonly shared: SharedArrayBuffer;
}

/** A message to the guard thread: a reply for the control socket, or the request to close. */
export type ToGuard = { readonly frames: (Uint8Array | string)[] } | "close";

/** A message from the guard thread. */
export type FromGuard =
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly code: string | undefined; readonly message: string }
  | { readonly type: "interrupt"; readonly count: number; readonly stopped: boolean }
  | { readonly type: "control"; readonly frames: Uint8Array[] };

const millisecondsToClose = 1000;

/**
 * A second thread, alongside the one that runs cells. It owns the control and heartbeat sockets and watches the parent process,
 * so that front ends can interrupt a cell that never waits, and shut down the kernel.
 */
export class Guard {
  private readonly shared: SharedArrayBuffer = new SharedArrayBuffer(4 * Object.keys(flag).length);
  private readonly flags: Int32Array = new Int32Array(this.shared);
  private worker: Worker | undefined;

  /**
   * Resolves once the sockets are bound.
   * @param onControl receives the frames of each request on the control socket
   * @param onInterrupt called for each interrupt by a front end. The argument is true if code is already being stopped
   * @throws Error with the code EADDRINUSE if a port is in use
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
          this.set("interruptsSeen", message.count);
          onInterrupt(message.stopped);
        } else onControl(message.frames);
      });
    });
  }

  /** Sends a reply on the control socket. */
  reply(frames: (Uint8Array | string)[]): void {
    this.send({ frames });
  }

  /** A cell starts. */
  begin(): void {
    for (const name of ["patient", "stop", "inScript"] as const) this.set(name, 0);
    this.set("running", 1);
  }

  /** The cell has ended. */
  end(): void {
    this.set("running", 0);
  }

  set(name: keyof typeof flag, value: number | boolean): void {
    Atomics.store(this.flags, flag[name], Number(value));
  }

  /** Makes all code that cells have started stop at its next check. */
  stop(): void {
    makeStop(this.flags);
  }

  /** Number of stops so far. */
  get stops(): number {
    return Atomics.load(this.flags, flag.stops);
  }

  get stopped(): boolean {
    return Atomics.load(this.flags, flag.stop) === 1;
  }

  /** Closes the sockets first: zeromq crashes a process that ends a thread with open ones. */
  private close(): void {
    this.send("close");
    Atomics.wait(this.flags, flag.closed, 0, millisecondsToClose);
  }

  private send(message: ToGuard): void {
    this.worker?.postMessage(message);
  }
}
