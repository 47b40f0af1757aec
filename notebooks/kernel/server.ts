import { JupyterHandlerImpl, ZmqServer } from "tslab/dist/jupyter";
import { versions } from "tslab/dist/public";
import type { MessageLike, Publisher, Router } from "zeromq";
import { reason } from "../../src/base/files";
import type { Cells, ExecuteRequest } from "./cells";
import { log } from "./streams";

type Message = Parameters<ZmqServer["handleExecute"]>[1];

/** What tslab answers. It warns into the cell's output about anything else, which a front end may well send. */
const answered: ReadonlySet<string> = new Set([
  "kernel_info_request",
  "execute_request",
  "is_complete_request",
  "inspect_request",
  "complete_request",
  "comm_info_request",
  "shutdown_request",
]);

const millisecondsToSayGoodbye = 100;

/** tslab's answers, complete where the protocol wants more. */
class Handler extends JupyterHandlerImpl {
  override handleKernel(): ReturnType<JupyterHandlerImpl["handleKernel"]> {
    const reply = super.handleKernel();
    const language = { ...reply.language_info, version: versions.typescript, pygments_lexer: "typescript" };
    return Object.assign(reply, { status: "ok", language_info: language });
  }
}

/** tslab's server, with cells run by {@link Cells}. */
export class KernelServer extends ZmqServer {
  private leaving = false;
  private readonly repliers = new Map<Router, Router>();

  constructor(
    private readonly cells: Cells,
    connectionFile: string,
  ) {
    super(new Handler(cells.executor, false), connectionFile);
  }

  override async init(): Promise<void> {
    await super.init();
    this.iopub = sendingInTurn(this.iopub);
    for (const socket of [this.shell, this.control]) this.repliers.set(socket, sendingInTurn(socket));
  }

  /** A message that is malformed or not signed with our key is dropped: no cell may fail for it. */
  override async handleShellMessage(socket: Router, ...frames: Buffer[]): Promise<void> {
    try {
      const start = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
      const header = JSON.parse(frames[start + 2]?.toString() ?? "{}");
      const replier = this.repliers.get(socket) ?? socket;
      if (answered.has(header.msg_type)) await super.handleShellMessage(replier, ...frames);
    } catch (error) {
      if (!this.leaving) log(`The kernel dropped a message: ${reason(error)}`);
    }
  }

  override async handleExecute(socket: Router, request: Message): Promise<void> {
    const code = request.content as ExecuteRequest;
    const { cellId } = request.metadata as { cellId?: string };
    const reply = message(request, "execute_reply", {});
    reply.content = await this.cells.run(code, cellId ?? code.code, (type, content) =>
      message(request, type, content).signAndSend(this.connInfo.key, this.iopub),
    );
    reply.signAndSend(this.connInfo.key, socket);
  }

  override handleCommInfoRequest(socket: Router, request: Message): void {
    const content = { status: "ok", comms: {} };
    message(request, "comm_info_reply", content).signAndSend(this.connInfo.key, socket);
  }

  override handleShutdown(socket: Router, request: Message): void {
    const { restart = false } = request.content as { restart?: boolean };
    const content = { status: "ok", restart };
    message(request, "shutdown_reply", content).signAndSend(this.connInfo.key, socket);
    this.leaving = true;
    setTimeout(() => process.exit(0), millisecondsToSayGoodbye);
  }
}

/** The socket, with messages sent one after another: it refuses one while another is on its way, and tslab does not wait. */
function sendingInTurn<S extends Publisher | Router>(socket: S): S {
  let last: Promise<void> = Promise.resolve();
  const send = (frames: MessageLike[]): Promise<void> => {
    last = last
      .then(() => socket.send(frames))
      .catch((error) => {
        if (!socket.closed) log(`The kernel lost a message: ${reason(error)}`);
      });
    return last;
  };
  return new Proxy(socket, {
    get: (target, name) => {
      const value = Reflect.get(target, name, target);
      return name === "send" ? send : typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function message(request: Message, type: string, content: object): Message {
  const reply = request.createReply();
  reply.header.msg_type = type;
  reply.content = content;
  return reply;
}
