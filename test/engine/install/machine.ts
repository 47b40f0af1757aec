import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "../../support/folders";

export const main: string = join(__dirname, "../../../src/cli/main.js");
const root = testFolder("engine");

export interface Machine {
  /** Shell scripts by program name. The machine has only these and a few basic programs. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Result>;
  /** The value of PNR_ENGINE_FOLDER. */
  readonly base: string;
  /** The engine folder. */
  readonly folder: string;
}

let machines = 0;

/** Starts `pnr engine` on a machine that has only the given programs. */
export function start(args: readonly string[], { programs = {}, environment = {} }: Machine): Command {
  const home = join(root, `machine${machines++}`);
  const bin = join(home, "bin");
  mkdirSync(bin, { recursive: true });
  for (const name of ["sh", "sleep", "mkdir", "cat", "cp", "touch"]) {
    const path = ["/bin", "/usr/bin"].map((folder) => join(folder, name)).find((file) => existsSync(file));
    symlinkSync(path as string, join(bin, name));
  }
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const env = { PATH: bin, HOME: home, PNR_ENGINE_FOLDER: home, ...environment };
  const child = spawn(process.execPath, [main, "engine", ...args], { env });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Result>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  const base = env.PNR_ENGINE_FOLDER;
  const folder = join(base, `${process.platform}-${process.arch}`);
  return { child, ended, base, folder };
}

export const run = (args: readonly string[], machine: Machine = {}): Promise<Result> =>
  start(args, machine).ended;

export const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) as string;

/** A Python 3.12 whose pip runs a shell script; `$*` are the arguments. */
export const python = (pip: string): string => `case "$*" in
  *version_info*) echo 3.12 ;;
  "-m pip --version") ;;
  "-m pip "*) ${pip} ;;
  *) exit 1 ;;
esac`;

/** Waits until a condition holds while the command runs. */
export async function until({ child }: Command, condition: () => boolean): Promise<void> {
  while (!condition()) {
    if (child.exitCode !== null) throw new Error("the command ended too early");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
