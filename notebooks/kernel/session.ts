import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer, Subscriber } from "zeromq";
import { InputError, PnrError } from "../../src/base/errors";
import { type Connection, endpoint, newConnection } from "./connection";
import { pack, portTaken, unpack, type WireMessage } from "./wire";

const launcher = join(__dirname, "launch.js");
const millisecondsToStart = 60_000;
const millisecondsBetweenGreetings = 100;
const millisecondsToStop = 3000;

/** Content of an `execute_reply`. */
export interface Reply {
  readonly status: "ok" | "error" | "aborted";
  readonly execution_count?: number;
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: readonly string[];
}

/** What came back for a request. */
export interface Answer {
  readonly reply: WireMessage["content"] | undefined;
  readonly news: readonly WireMessage[];
}

/** A kernel process of our own and the sockets to it, on 127.0.0.1 and signed with a fresh key. */
export class KernelSession {
  private readonly session: string = randomUUID();
  private readonly shell: Dealer = new Dealer({ linger: 0 });
  private readonly control: Dealer = new Dealer({ linger: 0 });
  private readonly iopub: Subscriber = new Subscriber({ linger: 0 });
  private readonly replies: Map<string, (message: WireMessage) => void> = new Map();
  private readonly listeners: Map<string | undefined, (message: WireMessage) => void> = new Map();
  /** When the last message is sent: a socket refuses a second one meanwhile. */
  private sent: Promise<void> = Promise.resolve();
  private heard = false;
  private stopped: Promise<void> | undefined;
  private readonly gone: Promise<never>;

  private constructor(
    private readonly kernel: ChildProcess,
    /** What another client needs to join in. */
    readonly connection: Connection,
    private readonly folder: string,
  ) {
    this.gone = new Promise((_, reject) => {
      kernel.once("exit", (code, signal) => reject(new KernelGone(code, signal)));
    });
    this.gone.catch(() => undefined); // it may end while nobody asks anything of it
    this.shell.connect(endpoint(connection, "shell_port"));
    this.control.connect(endpoint(connection, "control_port"));
    this.iopub.connect(endpoint(connection, "iopub_port"));
    this.iopub.subscribe();
  }

  /** Process id of the kernel. */
  get pid(): number | undefined {
    return this.kernel.pid;
  }

  /**
   * Starts a kernel and waits until it answers on every socket.
   * @throws PnrError when it does not.
   */
  static async start(env: NodeJS.ProcessEnv = {}): Promise<KernelSession> {
    for (let attempt = 1; ; attempt++) {
      const session = await KernelSession.spawn(env);
      try {
        await session.greet();
        return session;
      } catch (error) {
        await session.stop();
        const again = error instanceof KernelGone && error.code === portTaken && attempt < 3;
        if (!again) throw error;
      }
    }
  }

  /**
   * Runs one cell, after those asked for before. `onOutput` is given every message about it, in order.
   * @throws PnrError when the kernel dies or the time is up; the cell is interrupted then.
   */
  async execute(
    code: string,
    onOutput: (message: WireMessage) => void,
    timeoutSeconds: number,
  ): Promise<Reply> {
    const request = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
    const { id, frames } = this.pack("execute_request", request);
    const idle = new Promise<void>((resolve) => {
      this.listeners.set(id, (message) => {
        if (message.type !== "status") onOutput(message);
        else if (message.content.execution_state === "idle") resolve();
      });
    });
    const late = (): PnrError =>
      new PnrError(`the cell was still running after ${timeoutSeconds} s and was interrupted`);
    const time = new AbortController();
    let interrupted = false;
    const up = after(timeoutSeconds * 1000, time.signal).then(() => {
      interrupted = true;
      this.interrupt();
    });
    // an interrupted cell's own reply is waited for, because requests before it would be aborted with it
    const given = up.then(() => after(millisecondsToStop, time.signal)).then(() => Promise.reject(late()));
    const reply = this.request(this.shell, id, frames);
    try {
      const [{ content }] = await Promise.race([Promise.all([reply, idle]), given, this.gone]);
      if (interrupted) throw late();
      return content as unknown as Reply;
    } finally {
      time.abort();
      this.replies.delete(id);
      this.listeners.delete(id);
    }
  }

  /**
   * Sends a request that runs no code, also while a cell runs.
   * @returns the reply, undefined where the protocol has none, and what was published about the request
   */
  async ask(type: string, content: object): Promise<Answer> {
    const { id, frames } = this.pack(type, content);
    const news: WireMessage[] = [];
    const idle = new Promise<void>((resolve) => {
      this.listeners.set(id, (message) => {
        news.push(message);
        if (message.content.execution_state === "idle") resolve();
      });
    });
    const answer = this.request(this.shell, id, frames);
    try {
      await Promise.race([idle, this.gone]);
      return { reply: type.endsWith("_request") ? (await answer).content : undefined, news };
    } finally {
      this.replies.delete(id);
      this.listeners.delete(id);
    }
  }

  /** Interrupts the running cell, as front ends do. */
  interrupt(): void {
    void this.control.send(this.pack("interrupt_request", {}).frames);
  }

  /** Asks the kernel to leave, makes it leave when it does not, and waits until it is gone. */
  stop(): Promise<void> {
    this.stopped ??= this.end();
    return this.stopped;
  }

  private async end(): Promise<void> {
    const exited = this.gone.catch(() => undefined);
    if (this.kernel.exitCode === null && this.kernel.signalCode === null) {
      const { frames } = this.pack("shutdown_request", { restart: false });
      await this.control.send(frames);
      const timer = setTimeout(() => this.kernel.kill("SIGKILL"), millisecondsToStop);
      await exited;
      clearTimeout(timer);
    }
    for (const socket of [this.shell, this.control, this.iopub]) socket.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private static async spawn(env: NodeJS.ProcessEnv): Promise<KernelSession> {
    const connection = await newConnection();
    const folder = mkdtempSync(join(tmpdir(), "pnr-kernel-"));
    const file = join(folder, "connection.json");
    writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
    const kernel = spawn(process.execPath, [launcher, file], {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env, JPY_PARENT_PID: String(process.pid) },
    });
    return new KernelSession(kernel, connection, folder);
  }

  /** A kernel is ready when it answers and what it publishes reaches us. */
  private async greet(): Promise<void> {
    void this.listen(this.shell, (message) => this.replies.get(message.parent ?? "")?.(message));
    void this.listen(this.iopub, (message) => {
      this.heard = true;
      this.listeners.get(message.parent)?.(message);
    });
    const end = Date.now() + millisecondsToStart;
    while (Date.now() < end) {
      const { id, frames } = this.pack("kernel_info_request", {});
      const answer = this.request(this.shell, id, frames).then(() => true);
      const answered = await Promise.race([answer, after(millisecondsBetweenGreetings), this.gone]);
      this.replies.delete(id);
      if (answered && this.heard) return;
    }
    throw new PnrError(`the notebook kernel did not answer within ${millisecondsToStart / 1000} s`);
  }

  private async listen(socket: Dealer | Subscriber, take: (message: WireMessage) => void): Promise<void> {
    for await (const frames of socket) {
      let message: WireMessage;
      try {
        message = unpack(this.connection.key, frames);
      } catch (error) {
        if (error instanceof InputError) continue; // of a kernel that took the port first; ours then leaves, and another is started
        throw error;
      }
      take(message);
    }
  }

  private pack(type: string, content: object): ReturnType<typeof pack> {
    return pack(this.connection.key, this.session, type, content);
  }

  private async request(socket: Dealer, id: string, frames: string[]): Promise<WireMessage> {
    const reply = new Promise<WireMessage>((resolve) => this.replies.set(id, resolve));
    const sent = this.sent.then(() => socket.send(frames));
    this.sent = sent.catch(() => undefined);
    await sent;
    return reply;
  }
}

class KernelGone extends PnrError {
  constructor(
    readonly code: number | null,
    signal: NodeJS.Signals | null,
  ) {
    super(`the notebook kernel died (${signal ?? `exit code ${code}`})`);
  }
}

/** Resolves after that time; never, once the signal is aborted. */
function after(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => clearTimeout(timer));
  });
}
