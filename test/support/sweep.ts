// Runs sweeps of tiny runs as processes, for tests that kill them and examine what remains.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readModel } from "../../src/detector/storage";
import { readRunResult } from "../../src/experiments";
import { lastAttempt } from "../../src/experiments/run/claim";

const main = join(__dirname, "../../src/cli/main.js");

export interface SweepSize {
  readonly store: string;
  readonly epochs: number;
  /** Number of runs, which differ only in their seeds. */
  readonly seeds: number;
}

/** `pnr sweep` as a process. */
export class Sweep {
  readonly child: ChildProcess;
  /** Exit code; null if it was killed. */
  readonly code: Promise<number | null>;
  ended = false;
  stderr = "";
  stdout = "";

  /** @param options further arguments @param env changes to the environment; undefined removes a variable */
  constructor({ store, epochs, seeds }: SweepSize, options: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const runs = ["table2", "--scale", "smoke", "--engine", "wasm", "--seeds", String(seeds)];
    const args = ["sweep", ...runs, "--set", `training.epochs=${epochs}`, "--store", store];
    this.child = spawn(process.execPath, [main, ...args, ...options], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    this.child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.code = once(this.child, "close").then(([code]) => {
      this.ended = true;
      return code;
    });
  }
}

/** The folders of a store's runs. */
export function runsOf(store: string): string[] {
  const names = existsSync(store) ? readdirSync(store) : [];
  return names.filter((name) => /^[0-9a-f]{16}$/.test(name)).map((id) => join(store, id));
}

/** The output of all attempts at a run. */
export function logOf(run: string): string {
  const path = join(run, "log.txt");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Number of occurrences of a line in a text. */
export function timesIn(text: string, line: string): number {
  return text.split("\n").filter((other) => other === line).length;
}

/** Process ids of running attempts. @param learning only those that have finished an epoch */
export function atWork(store: string, learning = false): number[] {
  return runsOf(store).flatMap((run) => {
    if (!lastAttempt(run)?.live) return [];
    const [, pid, rest] = /^attempt \d+, process (\d+)(?![\s\S]*^attempt )([\s\S]*)/m.exec(logOf(run)) ?? [];
    return pid && (!learning || /^epoch /m.test(rest)) ? [Number(pid)] : [];
  });
}

/** Hash of everything in a complete run that must not depend on interruptions: weights, scores, losses, predictions. */
export function outcomeOf(run: string): string {
  const { scores, epochs, bestEpoch, measures, parameters } = readRunResult(run)!;
  const hash = createHash("sha256");
  const losses = epochs.map(({ loss, dev }) => [loss, dev]);
  hash.update(JSON.stringify([scores, losses, bestEpoch, measures, parameters]));
  hash.update(readFileSync(join(run, "predictions.json")));
  for (const [name, { values }] of readModel(join(run, "training", "best.json")).tensors)
    hash.update(name).update(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  return hash.digest("hex");
}

/** Waits for a condition. @throws Error after a timeout */
export async function until(condition: () => boolean, seconds = 180): Promise<void> {
  for (const began = Date.now(); !condition(); ) {
    if (Date.now() - began > 1000 * seconds) throw new Error(`not reached in ${seconds} s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
