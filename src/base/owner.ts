import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

/**
 * Identifies a process. Distinguishes it from processes with the same number at another time, in another container or on another
 * machine.
 */
export interface Owner {
  readonly host: string;
  /** Distinguishes machines with the same host name; empty if the system has no such id. */
  readonly machine: string;
  /** Identifies the last boot of the machine; empty if the system has no such id. */
  readonly boot: string;
  /** The namespace of the process number: each container has its own numbers. */
  readonly space: string;
  readonly pid: number;
  /** Start time of the process, in the system's format. */
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
    machine: contentOf("/etc/machine-id"),
    boot: contentOf("/proc/sys/kernel/random/boot_id"),
    space: processSpace(),
    pid: process.pid,
    started: startOf(process.pid) ?? "",
  };
}

/** Undefined if the text is not a serialized {@link Owner}, for example if a power cut left the file empty. */
export function parseOwner(text: string): Owner | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Whether the process is still running; undefined if unknown, because it is on another machine or in another container. */
export function isRunning(owner: Owner): boolean | undefined {
  const self = thisProcess();
  if (owner.host !== self.host || owner.machine !== self.machine) return undefined;
  // Without a machine id, another machine with the same host name looks like this one after a restart.
  if (owner.boot !== self.boot) return self.machine ? false : undefined;
  if (owner.space !== self.space) return undefined;
  return startOf(owner.pid) === owner.started;
}

/** Start time of the process with this number; `undefined` if no such process runs. */
function startOf(pid: number): string | undefined {
  return process.platform === "linux" ? startOnLinux(pid) : startElsewhere(pid);
}

/** See proc(5). The name in brackets may contain anything; after it, the first field is the state, the 20th the start time. */
function startOnLinux(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    // A zombie has exited; its parent has not read the status yet.
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

function contentOf(file: string): string {
  try {
    return readFileSync(file, "latin1").trim();
  } catch {
    return "";
  }
}
