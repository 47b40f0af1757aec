import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

/** A process, told from every other one that has its number before or after it, or in another container or machine. */
export interface Owner {
  readonly host: string;
  /** What tells machines of one name apart; empty where the system has nothing for that. */
  readonly machine: string;
  /** When that was started the last time, in whatever words the system has; empty where it has none. */
  readonly boot: string;
  /** Among which processes the number counts: containers number theirs anew. */
  readonly space: string;
  readonly pid: number;
  /** When it started, in whatever words the system has for that. */
  readonly started: string;
}

const schema: z.ZodType<Owner> = z.object({
  host: z.string(),
  machine: z.string(),
  boot: z.string(),
  space: z.string(),
  pid: z.int(),
  started: z.string(),
});

export function thisProcess(): Owner {
  return {
    host: hostname(),
    machine: wordsOf("/etc/machine-id"),
    boot: wordsOf("/proc/sys/kernel/random/boot_id"),
    space: processSpace(),
    pid: process.pid,
    started: startOf(process.pid) ?? "",
  };
}

/** Undefined where the text is none that {@link thisProcess} gave: a file that a power cut has left empty, for example. */
export function parseOwner(text: string): Owner | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Whether the process still runs; undefined where that cannot be told, because it is of another machine or container. */
export function isRunning(owner: Owner): boolean | undefined {
  const own = thisProcess();
  if (owner.host !== own.host || owner.machine !== own.machine) return undefined;
  // without anything to tell machines apart, a second one of the same name looks like this one started anew
  if (owner.boot !== own.boot) return own.machine ? false : undefined;
  if (owner.space !== own.space) return undefined;
  return startOf(owner.pid) === owner.started;
}

/** When the process of this number started; undefined where there is none. */
function startOf(pid: number): string | undefined {
  return process.platform === "linux" ? startOnLinux(pid) : startElsewhere(pid);
}

/** proc(5): the name in brackets may hold anything; the state is the first field after it, the start time the twentieth. */
function startOnLinux(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    // a zombie has ended, and only its parent has not asked yet
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startElsewhere(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return undefined;
  }
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return "running";
  }
}

function processSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function wordsOf(file: string): string {
  try {
    return readFileSync(file, "latin1").trim();
  } catch {
    return "";
  }
}
