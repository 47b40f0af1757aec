// The kernel's second thread: answers heartbeats, interrupts and shutdowns while a cell keeps the first one busy.
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { Reply, Router } from "zeromq";
import { type Connection, endpoint, routing } from "./connection";
import { type FromGuard, flag, type GuardData, makeStop, type ToGuard } from "./guard";
import { Inbox, packReply } from "./wire";

const millisecondsToNotice = 200;
const millisecondsToLeave = 2000;
const millisecondsBetweenLooks = 1000;

const { connection, shared } = workerData as GuardData;
const flags = new Int32Array(shared);
const control = new Router(routing);
const heart = new Reply();
let loops: Promise<void>[] = [];
let interrupts = 0;

const send = (message: FromGuard): void => parentPort?.postMessage(message);
const load = (name: keyof typeof flag): number => Atomics.load(flags, flag[name]);

async function beat(): Promise<void> {
  for await (const frames of heart) await heart.send(frames);
}

async function listen({ key }: Connection): Promise<void> {
  const inbox = new Inbox(key);
  for await (const frames of control) {
    try {
      const request = inbox.accept(frames);
      if (request.type === "interrupt_request") {
        await control.send(packReply(key, request, "interrupt_reply", { status: "ok" }));
        void interrupt();
      }
      if (request.type === "shutdown_request") setTimeout(end, millisecondsToLeave);
      send({ type: "control", frames });
    } catch {
      // Ignores messages that are malformed, signed with another key or sent again.
    }
  }
}

/** Asks the main thread to interrupt its cell; if the cell keeps it too busy, stops the code at its checks. */
async function interrupt(): Promise<void> {
  const isPending = interrupts > load("interruptsSeen");
  const number = ++interrupts;
  const isPatient = Boolean(load("patient")) && !isPending;
  const isRunning = Boolean(load("running"));
  const stopped = isRunning && !isPatient;
  if (stopped) makeStop(flags);
  send({ type: "interrupt", count: number, stopped });
  if (isRunning && isPatient) return;
  const isUnseen = async (): Promise<boolean> => {
    await delay(millisecondsToNotice);
    return load("interruptsSeen") < number;
  };
  // Between cells, only leftover code of a cell can keep the main thread busy.
  if (!(await isUnseen())) return;
  if (load("stop") && load("inScript")) process.kill(process.pid, "SIGINT");
  // An `await` that begins just after a stop may run, because it may belong to cleanup. An endless series of them may not.
  do makeStop(flags);
  while (await isUnseen());
}

/** Waits until the sockets are closed, so that the thread can be ended. */
async function close(): Promise<void> {
  control.close();
  heart.close();
  await Promise.all(loops);
  await delay(0);
  Atomics.store(flags, flag.closed, 1);
  Atomics.notify(flags, flag.closed);
}

/** Ends the process; process.exit would end only this thread. */
function end(): void {
  process.kill(process.pid, "SIGKILL");
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // another user's process
  }
}

/** Ends the kernel when the process that started it has ended, even if it was killed. */
function followParent(): void {
  const parent = process.ppid;
  const jupyter = Number(process.env.JPY_PARENT_PID) || parent; // there can be a shell between Jupyter and the kernel
  setInterval(() => {
    if (process.ppid !== parent || !isRunning(jupyter)) end();
  }, millisecondsBetweenLooks).unref();
}

async function start(): Promise<void> {
  await Promise.all([
    control.bind(endpoint(connection, "control_port")),
    heart.bind(endpoint(connection, "hb_port")),
  ]);
  parentPort?.on("message", (message: ToGuard) => {
    if (message === "close") void close();
    else void control.send(message.frames);
  });
  loops = [beat(), listen(connection)];
  followParent();
  send({ type: "ready" });
}

start().catch((error) => send({ type: "failed", code: error.code, message: error.message }));
