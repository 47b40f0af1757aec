import { Publisher, Router } from "zeromq";
import { reason } from "../../src/base/files";
import type { CellRunner, ExecuteRequest } from "./cell-runner";
import { log } from "./cell-streams";
import type { CodeAssistant } from "./code-assistant";
import type { Comms } from "./comms";
import { type Connection, endpoint, routing } from "./connection";
import type { Guard } from "./guard";
import type { IdleWork } from "./idle-work";
import { exitKernel } from "./process-overrides";
import { SendQueue } from "./send-queue";
import { Inbox, type Publish, packBroadcast, packReply, type Request } from "./wire";

const millisecondsToReply = 100;

type Send = (frames: (Uint8Array | string)[]) => void;

/** Receives the requests of front ends and answers them. */
export class KernelServer {
  private readonly shell: Router = new Router(routing);
  /** Neither waits nor drops messages, so that a cell that never waits can print. */
  private readonly iopub: Publisher = new Publisher({ sendTimeout: 0, sendHighWaterMark: 0 });
  /** Front ends connect to it, but cells never ask for input. */
  private readonly stdin: Router = new Router(routing);
  private readonly broadcasts: SendQueue = new SendQueue(this.iopub);
  private readonly inbox: Inbox;

  constructor(
    private readonly connection: Connection,
    private readonly cells: CellRunner,
    private readonly assistant: CodeAssistant,
    private readonly comms: Comms,
    private readonly guard: Guard,
    private readonly idleWork: IdleWork,
  ) {
    this.inbox = new Inbox(connection.key);
  }

  /** @throws Error with the code EADDRINUSE if a port is in use */
  async listen(): Promise<void> {
    const { connection, guard } = this;
    await Promise.all([
      this.shell.bind(endpoint(connection, "shell_port")),
      this.iopub.bind(endpoint(connection, "iopub_port")),
      this.stdin.bind(endpoint(connection, "stdin_port")),
      guard.start(
        connection,
        (frames) => this.handle(frames, (reply) => guard.reply(reply)),
        (stopped) => this.cells.interrupt(stopped),
      ),
    ]);
    const replies = new SendQueue(this.shell);
    void this.receive((frames) => replies.send(frames));
  }

  private async receive(send: Send): Promise<void> {
    for await (const frames of this.shell) this.handle(frames, send);
  }

  /** Drops a message that is malformed or not signed with our key: it must not fail a cell. */
  private handle(frames: readonly Uint8Array[], send: Send): void {
    try {
      void this.answer(this.inbox.accept(frames), send);
    } catch (error) {
      log(`The kernel dropped a message: ${reason(error)}`);
    }
  }

  private async answer(request: Request, send: Send): Promise<void> {
    const { key } = this.connection;
    this.idleWork.begin();
    const publish: Publish = (type, content) =>
      this.broadcasts.send(packBroadcast(key, request, type, content));
    publish("status", { execution_state: "busy" });
    const content = await this.reply(request, publish).catch((error) => ({
      status: "error",
      ename: "KernelError",
      evalue: reason(error),
      traceback: [],
    }));
    if (content) {
      const type = request.type.replace(/_request$/, "_reply");
      send(packReply(key, request, type, { status: "ok", ...content }));
    }
    publish("status", { execution_state: "idle" });
    this.cells.current?.("status", { execution_state: "busy" }); // front ends show the state that came last
    this.idleWork.end();
  }

  /** Content of the reply; undefined if the protocol has none. */
  private async reply(request: Request, publish: Publish): Promise<object | undefined> {
    const { type, content, metadata } = request;
    if (type === "execute_request") {
      const execute = content as unknown as ExecuteRequest;
      return this.cells.run(execute, String(metadata.cellId ?? execute.code), publish);
    }
    if (type === "comm_info_request") return this.comms.info(content.target_name ?? undefined);
    if (type.startsWith("comm_")) {
      await this.comms.handle(type, content, publish);
      return undefined;
    }
    if (type === "shutdown_request") {
      setTimeout(() => exitKernel(0), millisecondsToReply);
      return { restart: content.restart ?? false };
    }
    return this.assistant.reply(type, content);
  }
}
