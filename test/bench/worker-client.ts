import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { InputError, PnrError } from "../../src/base/errors";
import type { EngineName } from "../../src/engine";
import type { Reply, TaskName, Tasks } from "./tasks";

/** An engine failed. The message is one line. Other engines continue. */
export class WorkerFailure extends PnrError {}

/** A child process with one engine. Send it one request at a time. */
export class Worker {
  private constructor(
    readonly engine: EngineName,
    private readonly child: ChildProcess,
  ) {}

  /** @throws InputError if the engine cannot run here */
  static async start(engine: EngineName): Promise<{ readonly worker: Worker; readonly detail: string }> {
    const child = fork(join(__dirname, "worker-process.js"), {
      // Output of libraries goes to standard error.
      stdio: ["ignore", 2, 2, "ipc"],
      serialization: "advanced",
    });
    const worker = new Worker(engine, child);
    try {
      return { worker, ...(await worker.ask("start", { engine })) };
    } catch (error) {
      worker.stop();
      throw error;
    }
  }

  /**
   * @throws InputError if the arguments are wrong
   * @throws WorkerFailure if the task fails or its process ends
   */
  ask<Name extends TaskName>(task: Name, ask: Tasks[Name]["ask"]): Promise<Tasks[Name]["answer"]> {
    return new Promise((resolve, reject) => {
      const removeListeners = (): void => {
        this.child.off("message", onMessage);
        this.child.off("exit", onExit);
      };
      const onMessage = (reply: Reply): void => {
        removeListeners();
        if ("answer" in reply) resolve(reply.answer as Tasks[Name]["answer"]);
        else reject(reply.input ? new InputError(reply.failure) : new WorkerFailure(reply.failure));
      };
      const onExit = (code: number | null, signal: string | null): void => {
        removeListeners();
        const memory = signal === "SIGKILL" || signal === "SIGABRT" ? "; it may have run out of memory" : "";
        reject(new WorkerFailure(`its process ended with ${signal ?? `exit code ${code}`}${memory}`));
      };
      this.child.on("message", onMessage);
      this.child.on("exit", onExit);
      if (this.child.connected) this.child.send({ task, ask });
      else onExit(this.child.exitCode, this.child.signalCode);
    });
  }

  stop(): void {
    if (this.child.connected) this.child.disconnect();
    this.child.kill();
  }
}
