// One attempt at one run: node worker.js FOLDER. Exit code 0: the run is complete, or another process is running it. 75: stopped
// early, run it again. Others: it failed, and the folder says why. USR2 announces the end of its time: it stops and runs the command
// in PNR_REQUEUE, which queues it again. (Node uses USR1 for its debugger.)
import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

const stopped = 75;
const stop = new AbortController();
// Before the slow imports, so that no signal is missed.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
let timeEnds = false;
process.on("SIGUSR2", () => {
  timeEnds = true;
  stop.abort();
});
// The process that started this one holds the other end of standard input, which closes when that process ends for any reason.
if (process.env.PNR_LEASE === "stdin") process.stdin.on("end", () => stop.abort()).resume();

main(process.argv[2]).then((code) => {
  if (code === stopped && timeEnds) requeue();
  process.exit(code);
});

/** The claim is released by now, so the next attempt may begin before this process has ended. */
function requeue(): void {
  const [command, ...args] = process.env.PNR_REQUEUE?.split(" ") ?? [];
  if (!command) return;
  try {
    execFileSync(command, args, { stdio: "inherit" });
    console.log("queued again");
  } catch {
    // Its output is in the log, and the sweep's driver finds the run stopped.
    console.log(`${command} refused`);
  }
}

async function main(folder: string): Promise<number> {
  const { Claim } = await import("./claim.js");
  const { sweepFiles, jsonText, removeLeftovers, writeQuickly } = await import("./run-files.js");
  const { writeAtomic } = await import("../../base/files.js");
  const { PnrError } = await import("../../base/errors.js");
  if (existsSync(join(folder, sweepFiles.result))) return 0;
  const claim = Claim.take(folder);
  if (!claim) return 0;
  const failure = join(folder, sweepFiles.failure);
  const beat = setInterval(() => {
    // Another process has taken over after a long silence of this one and writes to the folder, so this one must save nothing.
    if (!claim.holds()) process.exit(0);
    claim.beat();
  }, 10_000).unref();
  let lastWrite = 0;
  try {
    // Another process may have completed it before the claim.
    if (existsSync(join(folder, sweepFiles.result))) return 0;
    rmSync(failure, { force: true });
    removeLeftovers(folder);
    console.log(`attempt ${claim.attempt}, process ${process.pid}, ${new Date().toISOString()}`);
    const { executeRun } = await import("./execute.js");
    await executeRun(folder, claim, stop.signal, (progress) => {
      if (Date.now() - lastWrite < 1000) return;
      lastWrite = Date.now();
      writeQuickly(join(folder, sweepFiles.progress), jsonText(progress));
    });
    console.log("done");
    return 0;
  } catch (error) {
    if (stop.signal.aborted) {
      console.log("stopped");
      return stopped;
    }
    const expected = error instanceof PnrError;
    const message = error instanceof Error ? error.message : String(error);
    console.error(expected ? message : error);
    writeAtomic(failure, jsonText({ attempt: claim.attempt, message: message.split("\n")[0], expected }));
    return 1;
  } finally {
    clearInterval(beat);
    rmSync(join(folder, sweepFiles.progress), { force: true });
    claim.release();
  }
}
