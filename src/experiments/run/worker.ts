// One attempt at one run: node worker.js FOLDER. Exit code 0: nothing is left to do here (done, or another process is at it);
// 75: stopped before the end, run it again; else it failed, and why is in the folder. USR2 says that the time given to it is about
// to end: it then stops and runs the command PNR_REQUEUE, which has it begun again. (Node itself takes USR1 for its debugger.)
import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

const stopped = 75;
const stop = new AbortController();
// before what takes time to load, so that no signal is missed
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
let timeEnds = false;
process.on("SIGUSR2", () => {
  timeEnds = true;
  stop.abort();
});
// whoever started this process holds the other end; it closes when that one ends, however it ends
if (process.env.PNR_LEASE === "stdin") process.stdin.on("end", () => stop.abort()).resume();

main(process.argv[2]).then((code) => {
  if (code === stopped && timeEnds) requeue();
  process.exit(code);
});

/** The claim is released by now: the next attempt may begin before this process has ended. */
function requeue(): void {
  const [command, ...args] = process.env.PNR_REQUEUE?.split(" ") ?? [];
  if (!command) return;
  try {
    execFileSync(command, args, { stdio: "inherit" });
    console.log("to be begun again");
  } catch {
    // what it printed is in the log; whoever drives the sweep finds the run stopped
    console.log(`${command} refused`);
  }
}

async function main(folder: string): Promise<number> {
  const { Claim } = await import("./claim.js");
  const { sweepFiles, jsonText, removeLeftovers, writeQuickly } = await import("./files.js");
  const { writeAtomic } = await import("../../base/files.js");
  const { PnrError } = await import("../../base/errors.js");
  if (existsSync(join(folder, sweepFiles.result))) return 0;
  const claim = Claim.take(folder);
  if (!claim) return 0;
  const failure = join(folder, sweepFiles.failure);
  const beat = setInterval(() => {
    // whoever has taken the run over writes to its folder now, so that nothing more may be saved; this process was silent for long
    if (!claim.holds()) process.exit(0);
    claim.beat();
  }, 10_000).unref();
  let written = 0;
  try {
    // another process may have completed it between the look and the claim
    if (existsSync(join(folder, sweepFiles.result))) return 0;
    rmSync(failure, { force: true });
    removeLeftovers(folder);
    console.log(`attempt ${claim.attempt}, process ${process.pid}, ${new Date().toISOString()}`);
    const { executeRun } = await import("./execute.js");
    await executeRun(folder, claim, stop.signal, (progress) => {
      if (Date.now() - written < 1000) return;
      written = Date.now();
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
