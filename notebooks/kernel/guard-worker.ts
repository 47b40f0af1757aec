// The kernel's second thread. It answers while a cell keeps the first one busy: heartbeats, interrupts, the end.
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { Reply, Router } from "zeromq";
import { type Connection, endpoint, routing } from "./connection";
import { type FromGuard, flag, type GuardData, makeStop, type ToGuard } from "./guard";
import { followParent } from "./parent";
import { Inbox, packReply } from "./wire";

const millisecondsToNotice = 200;
const millisecondsToLeave = 2000;

const { connection, shared } = workerData as GuardData;
const flags = new Int32Array(shared);
const control = new Router(routing);
const heart = new Reply();
let loops: Promise<void>[] = [];
let interrupts = 0;

const tell = (message: FromGuard): void => parentPort?.postMessage(message);

async function beat(): Promise<void> {
  for await (const frames of heart) await heart.send(frames);
}

async function listen({ key }: Connection): Promise<void> {
  const inbox = new Inbox(key);
  for await (const frames of control) {
    try {
      const request = inbox.take(frames);
      if (request.type === "interrupt_request") {
        await control.send(packReply(key, request, "interrupt_reply", { status: "ok" }));
        void interrupt();
      }
      if (request.type === "shutdown_request") setTimeout(end, millisecondsToLeave);
      tell({ type: "control", frames });
    } catch {
      // malformed, signed with another key, or sent again: no business of ours
    }
  }
}

/** Has the first thread interrupt its cell; where the cell leaves it no time for that, the cell's own checks do. */
async function interrupt(): Promise<void> {
  const unnoticed = interrupts - Atomics.load(flags, flag.interruptsSeen);
  const mine = ++interrupts;
  const patient = Atomics.load(flags, flag.patient) && !unnoticed;
  const running = Boolean(Atomics.load(flags, flag.running));
  const stopped = running && !patient;
  if (stopped) makeStop(flags);
  tell({ type: "interrupt", count: mine, stopped });
  if (running && patient) return;
  const isDeaf = async (): Promise<boolean> => {
    await delay(millisecondsToNotice);
    return Atomics.load(flags, flag.interruptsSeen) < mine;
  };
  // between cells only what a cell has left behind can keep the first thread from hearing
  if (!(await isDeaf())) return;
  if (Atomics.load(flags, flag.stop) && Atomics.load(flags, flag.inScript))
    process.kill(process.pid, "SIGINT");
  // a wait that began just after its code was made to stop is taken for one that tidies up; one after another without end is not
  do makeStop(flags);
  while (await isDeaf());
}

/** The sockets' last words must have been heard before the thread is ended. */
async function close(): Promise<void> {
  control.close();
  heart.close();
  await Promise.all(loops);
  await delay(0);
  Atomics.store(flags, flag.closed, 1);
  Atomics.notify(flags, flag.closed);
}

/** Ends the process; process.exit would end this thread alone. */
function end(): void {
  process.kill(process.pid, "SIGKILL");
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
  followParent(end);
  tell({ type: "ready" });
}

start().catch((error) => tell({ type: "failed", code: error.code, message: error.message }));
