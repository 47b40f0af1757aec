import { execFile } from "node:child_process";
import { InputError, PnrError } from "../../../base/errors";

/** How long a command may take to answer, in milliseconds; its own patience with a silent controller is shorter. */
const patience = 120_000;

/**
 * What one of Slurm's commands prints.
 * @throws InputError when it is not installed
 * @throws PnrError with what it said, when it refuses or its controller does not answer
 */
export function slurm(
  command: "sbatch" | "squeue" | "scancel" | "scontrol",
  args: readonly string[],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: patience, maxBuffer: 2 ** 28 };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (error.code === "ENOENT") reject(new InputError(notInstalled(command)));
      else if (error.killed) reject(new PnrError(`${command} gave no answer in ${patience / 1000} s`));
      else reject(new PnrError(`${command}: ${complaint(command, stderr) || error.message}`));
    });
  });
}

function notInstalled(command: string): string {
  return `${command} is not installed here; run this on a machine of the cluster that can submit jobs, or without --executor slurm`;
}

/** The last line of what a command complains of, which says what came of the ones before it. */
function complaint(command: string, stderr: string): string {
  const last = stderr.trim().split("\n").at(-1) ?? "";
  return last.replace(new RegExp(`^(${command}: )?((error|fatal): )?`), "").trim();
}
