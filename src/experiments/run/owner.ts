import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** A process, told from every other one that has its number before or after it. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
  /** When it started, in whatever words the system has for that. */
  readonly started: string;
}

export function thisProcess(): Owner {
  return { host: hostname(), pid: process.pid, started: startOf(process.pid) ?? "" };
}

/** Whether the process still runs; undefined where that cannot be told, because it is of another machine. */
export function isRunning({ host, pid, started }: Owner): boolean | undefined {
  return host === hostname() ? startOf(pid) === started : undefined;
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
    if (fields[0] === "Z") return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()} ${fields[19]}`;
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
