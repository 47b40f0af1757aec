import { Publisher, Router } from "zeromq";
import { reason } from "../../src/base/files";
import type { Answers } from "./answers";
import type { Cells, ExecuteRequest } from "./cells";
import type { Comms } from "./comms";
import { type Connection, endpoint, routing } from "./connection";
import type { Guard } from "./guard";
import type { Publish } from "./link";
import { Outlet } from "./outlet";
import { leave } from "./refusals";
import { log } from "./streams";
import { Inbox, packNews, packReply, type Request } from "./wire";

const millisecondsToSayGoodbye = 100;

type Send = (frames: (Uint8Array | string)[]) => void;

/** Takes the requests of front ends and answers them. */
export class KernelServer {
  private readonly shell: Router = new Router(routing);
  /** Never made to wait, and nothing dropped: outputs of a cell that never waits leave all the same. */
  private readonly iopub: Publisher = new Publisher({ sendTimeout: 0, sendHighWaterMark: 0 });
  /** Bound because front ends connect to it; cells ask nothing of the user. */
  private readonly stdin: Router = new Router(routing);
  private readonly published: Outlet = new Outlet(this.iopub);
  private readonly inbox: Inbox;

  constructor(
    private readonly connection: Connection,
    private readonly cells: Cells,
    private readonly answers: Answers,
    private readonly comms: Comms,
    private readonly guard: Guard,
  ) {
    this.inbox = new Inbox(connection.key);
  }

  /** @throws Error with the code EADDRINUSE when a port is taken */
  async listen(): Promise<void> {
    const { connection } = this;
    await Promise.all([
      this.shell.bind(endpoint(connection, "shell_port")),
      this.iopub.bind(endpoint(connection, "iopub_port")),
      this.stdin.bind(endpoint(connection, "stdin_port")),
      this.guard.start(
        connection,
        (frames) => this.take(frames, (reply) => this.guard.reply(reply)),
        (stopped) => this.cells.interrupt(stopped),
      ),
    ]);
    const replies = new Outlet(this.shell);
    void this.receive((frames) => replies.send(frames));
  }

  private async receive(send: Send): Promise<void> {
    for await (const frames of this.shell) this.take(frames, send);
  }

  /** A message that is malformed or not signed with our key is dropped: no cell may fail for it. */
  private take(frames: readonly Uint8Array[], send: Send): void {
    try {
      void this.answer(this.inbox.take(frames), send);
    } catch (error) {
      log(`The kernel dropped a message: ${reason(error)}`);
    }
  }

  private async answer(request: Request, send: Send): Promise<void> {
    const publish = this.publisher(request);
    publish("status", { execution_state: "busy" });
    const content = await this.reply(request, publish).catch((error) => ({
      status: "error",
      ename: "KernelError",
      evalue: reason(error),
      traceback: [],
    }));
    if (content) {
      const type = request.type.replace(/_request$/, "_reply");
      send(packReply(this.connection.key, request, type, { status: "ok", ...content }));
    }
    publish("status", { execution_state: "idle" });
    this.cells.current?.("status", { execution_state: "busy" }); // front ends take the last word for the kernel's state
  }

  /** Content of the reply; undefined where there is none. */
  private async reply(request: Request, publish: Publish): Promise<object | undefined> {
    const { type, content, metadata } = request;
    if (type === "execute_request") {
      const execute = content as unknown as ExecuteRequest;
      return this.cells.run(execute, String(metadata.cellId ?? execute.code), publish);
    }
    if (type.startsWith("comm_") && type !== "comm_info_request") {
      await this.comms.take(type, content, publish);
      return undefined;
    }
    if (type === "comm_info_request") return this.comms.info(content.target_name ?? undefined);
    if (type === "shutdown_request") {
      setTimeout(() => leave(0), millisecondsToSayGoodbye);
      return { restart: content.restart ?? false };
    }
    return this.answers.to(type, content);
  }

  private publisher(about: Request): Publish {
    return (type, content) => this.published.send(packNews(this.connection.key, about, type, content));
  }
}
