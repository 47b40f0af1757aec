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
const maxAttempts = 3;
/** Loading the compiler takes a minute on an overloaded machine. */
const millisecondsToStart = 180_000;
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

export interface Answer {
  /** Content of the reply; undefined if the protocol has none. */
  readonly reply: WireMessage["content"] | undefined;
  /** The messages published about the request. */
  readonly published: readonly WireMessage[];
}

type Listener = (message: WireMessage) => void;

/** A kernel process and the sockets to it, on 127.0.0.1 and signed with a new key. */
export class KernelSession {
  private readonly session: string = randomUUID();
  private readonly shell: Dealer = new Dealer({ linger: 0 });
  private readonly control: Dealer = new Dealer({ linger: 0 });
  private readonly iopub: Subscriber = new Subscriber({ linger: 0 });
  private readonly onReply: Map<string | undefined, Listener> = new Map();
  private readonly onPublished: Map<string | undefined, Listener> = new Map();
  /** Resolves once the last request is sent; until then, the socket refuses another one. */
  private sending: Promise<void> = Promise.resolve();
  private isSubscribed = false;
  private end: Promise<void> | undefined;
  private readonly death: Promise<never>;

  private constructor(
    private readonly kernel: ChildProcess,
    /** Lets another client join. */
    readonly connection: Connection,
    private readonly folder: string,
  ) {
    this.death = new Promise((_, reject) => {
      kernel.once("exit", (code, signal) => reject(new KernelDied(code, signal)));
    });
    this.death.catch(() => undefined); // the kernel can die while no request waits for it
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
   * @param env added to the environment of the kernel
   * @param folder where the kernel starts, as front ends start it in the notebook's folder
   * @param command program and arguments of the kernel, which gets the connection file as its last argument; by default our kernel
   * @throws PnrError if it does not
   */
  static async start(
    env: NodeJS.ProcessEnv = {},
    folder?: string,
    command: readonly [string, ...string[]] = [process.execPath, launcher],
  ): Promise<KernelSession> {
    for (let attempt = 1; ; attempt++) {
      const session = await KernelSession.spawn(env, folder, command);
      try {
        await session.greet();
        return session;
      } catch (error) {
        await session.stop();
        const isPortTaken = error instanceof KernelDied && error.code === portTaken;
        if (!isPortTaken || attempt === maxAttempts) throw error;
      }
    }
  }

  /**
   * Runs one cell, after all cells requested before.
   * @param onOutput called with every message about the cell, in order
   * @throws PnrError if the kernel dies, or after the timeout, which interrupts the cell
   */
  async execute(code: string, onOutput: Listener, timeoutSeconds: number): Promise<Reply> {
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
    const timers = new AbortController();
    const timeoutError = (): PnrError =>
      new PnrError(`the cell was still running after ${timeoutSeconds} s and was interrupted`);
    let isLate = false;
    const deadline = after(timeoutSeconds * 1000, timers.signal).then(async () => {
      isLate = true;
      this.interrupt();
      // The next request would be aborted with the interrupted cell, so its reply comes first.
      await after(millisecondsToStop, timers.signal);
      throw timeoutError();
    });
    const answer = this.send("execute_request", content, (message) => {
      if (message.type !== "status") onOutput(message);
    });
    try {
      const reply = await Promise.race([answer, deadline]);
      if (isLate) throw timeoutError();
      return reply as unknown as Reply;
    } finally {
      timers.abort();
    }
  }

  /** Sends a request that runs no code, even while a cell runs. */
  async ask(type: string, content: object): Promise<Answer> {
    const published: WireMessage[] = [];
    const reply = await this.send(type, content, (message) => published.push(message));
    return { reply, published };
  }

  /** Interrupts the running cell, as front ends do. */
  interrupt(): void {
    void this.control.send(this.pack("interrupt_request", {}).frames);
  }

  /** Shuts the kernel down, kills it if it does not react, and waits for its end. */
  stop(): Promise<void> {
    this.end ??= this.shutDown();
    return this.end;
  }

  private async shutDown(): Promise<void> {
    const exited = this.death.catch(() => undefined);
    if (this.kernel.exitCode === null && this.kernel.signalCode === null) {
      await this.control.send(this.pack("shutdown_request", { restart: false }).frames);
      const timer = setTimeout(() => this.kernel.kill("SIGKILL"), millisecondsToStop);
      await exited;
      clearTimeout(timer);
    }
    for (const socket of [this.shell, this.control, this.iopub]) socket.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private static async spawn(
    env: NodeJS.ProcessEnv,
    cwd: string | undefined,
    [program, ...args]: readonly [string, ...string[]],
  ): Promise<KernelSession> {
    const connection = await newConnection();
    const folder = mkdtempSync(join(tmpdir(), "pnr-kernel-"));
    const file = join(folder, "connection.json");
    writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
    const kernel = spawn(program, [...args, file], {
      cwd,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env, JPY_PARENT_PID: String(process.pid) },
    });
    return new KernelSession(kernel, connection, folder);
  }

  /** Waits until the kernel answers and its publications arrive. */
  private async greet(): Promise<void> {
    void this.listen(this.shell, (message) => this.onReply.get(message.parent)?.(message));
    void this.listen(this.iopub, (message) => {
      this.isSubscribed = true;
      this.onPublished.get(message.parent)?.(message);
    });
    const deadline = Date.now() + millisecondsToStart;
    while (Date.now() < deadline) {
      const { id, frames } = this.pack("kernel_info_request", {});
      const reply = this.replyTo(id).then(() => true);
      await this.shell.send(frames);
      const isAnswered = await Promise.race([reply, after(millisecondsBetweenGreetings), this.death]);
      this.onReply.delete(id);
      if (isAnswered && this.isSubscribed) return;
    }
    throw new PnrError(`the notebook kernel did not answer within ${millisecondsToStart / 1000} s`);
  }

  private async listen(socket: Dealer | Subscriber, onMessage: Listener): Promise<void> {
    for await (const frames of socket) {
      let message: WireMessage;
      try {
        message = unpack(this.connection.key, frames);
      } catch (error) {
        // Another kernel took the port first. Ours then exits, and we start a new one.
        if (error instanceof InputError) continue;
        throw error;
      }
      onMessage(message);
    }
  }

  /** Sends a request on the shell socket and waits until the kernel has finished it. @returns content of the reply, if any */
  private async send(
    type: string,
    content: object,
    onPublished: Listener,
  ): Promise<WireMessage["content"] | undefined> {
    const { id, frames } = this.pack(type, content);
    const idle = new Promise<void>((resolve) => {
      this.onPublished.set(id, (message) => {
        onPublished(message);
        if (message.content.execution_state === "idle") resolve();
      });
    });
    const reply = type.endsWith("_request") ? this.replyTo(id) : undefined;
    try {
      const sent = this.sending.then(() => this.shell.send(frames));
      this.sending = sent.catch(() => undefined);
      await sent;
      const [message] = await Promise.race([Promise.all([reply, idle]), this.death]);
      return message?.content;
    } finally {
      this.onReply.delete(id);
      this.onPublished.delete(id);
    }
  }

  private replyTo(id: string): Promise<WireMessage> {
    return new Promise((resolve) => this.onReply.set(id, resolve));
  }

  private pack(type: string, content: object): ReturnType<typeof pack> {
    return pack(this.connection.key, this.session, type, content);
  }
}

/** Node aborts itself for hardly any other reason. */
const outOfMemory =
  ", probably because its memory was exhausted; NODE_OPTIONS=--max-old-space-size=8192 gives it 8 GB";

class KernelDied extends PnrError {
  constructor(
    readonly code: number | null,
    signal: NodeJS.Signals | null,
  ) {
    super(
      `the notebook kernel died (${signal ?? `exit code ${code}`})${signal === "SIGABRT" ? outOfMemory : ""}`,
    );
  }
}

/** Resolves after a time, unless the signal is aborted before. */
function after(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => clearTimeout(timer));
  });
}
