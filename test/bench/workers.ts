import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { InputError, PnrError } from "../../src/base/errors";
import type { EngineName } from "../../src/engine";
import type { Reply, TaskName, Tasks } from "./tasks";

/** What an engine could not do: the reason, one line. The others go on. */
export class WorkerFailure extends PnrError {}

/** A process with one engine, asked for one thing at a time. */
export class Worker {
  private constructor(
    readonly engine: EngineName,
    private readonly child: ChildProcess,
  ) {}

  /** @throws InputError when the engine cannot run here */
  static async start(engine: EngineName): Promise<{ readonly worker: Worker; readonly detail: string }> {
    const child = fork(join(__dirname, "worker.js"), {
      // what libraries print is no result
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
   * @throws InputError when the arguments are wrong
   * @throws WorkerFailure when the task fails or its process ends
   */
  ask<Name extends TaskName>(task: Name, ask: Tasks[Name]["ask"]): Promise<Tasks[Name]["answer"]> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.child.off("message", received);
        this.child.off("exit", ended);
      };
      const received = (reply: Reply): void => {
        done();
        if ("answer" in reply) resolve(reply.answer as Tasks[Name]["answer"]);
        else reject(reply.input ? new InputError(reply.failure) : new WorkerFailure(reply.failure));
      };
      const ended = (code: number | null, signal: string | null): void => {
        done();
        const memory =
          signal === "SIGKILL" || signal === "SIGABRT" ? "; its memory may not have sufficed" : "";
        reject(new WorkerFailure(`its process ended with ${signal ?? `exit code ${code}`}${memory}`));
      };
      this.child.on("message", received);
      this.child.on("exit", ended);
      if (this.child.connected) this.child.send({ task, ask });
      else ended(this.child.exitCode, this.child.signalCode);
    });
  }

  stop(): void {
    if (this.child.connected) this.child.disconnect();
    this.child.kill();
  }
}
