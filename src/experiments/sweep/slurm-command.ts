import { execFile } from "node:child_process";
import { InputError, PnrError, show } from "../../base/errors";

/** Milliseconds. Slurm's own timeout for a controller that does not answer is shorter. */
const timeout = 120_000;

/**
 * Runs one of Slurm's commands and returns its output.
 * @throws InputError if it is not installed
 * @throws PnrError with its message, if it refuses or its controller does not answer
 */
export function slurm(
  command: "sbatch" | "squeue" | "scancel" | "scontrol",
  args: readonly string[],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout, maxBuffer: 2 ** 28 };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (error.code === "ENOENT") reject(new InputError(notInstalled(command)));
      else if (error.killed) reject(new PnrError(`${command} did not answer within ${timeout / 1000} s`));
      else reject(new PnrError(`${command}: ${complaint(command, stderr) || error.message}`));
    });
  });
}

function notInstalled(command: string): string {
  return `${command} is not installed here; run this on a machine of the cluster that can submit jobs, or without --executor slurm`;
}

/** The last line of a command's error output, which states the result of the others. */
function complaint(command: string, stderr: string): string {
  const last = stderr.trim().split("\n").at(-1) ?? "";
  return last.replace(new RegExp(`^(${command}: )?((error|fatal): )?`), "").trim();
}

/** Options that the sweep sets itself. */
const reserved = [
  ["--array", "-a"],
  ["--chdir", "-D"],
  ["--error", "-e"],
  ["--export"],
  ["--export-file"],
  ["--input", "-i"],
  ["--job-name", "-J"],
  ["--open-mode"],
  ["--output", "-o"],
  ["--parsable"],
  ["--test-only"],
  ["--wait", "-W"],
  ["--wrap"],
];

/**
 * Splits options for sbatch like a shell: `--partition=gpu --comment="two words"`.
 * @throws InputError for text that is not an option, or an option that the sweep sets itself
 */
export function sbatchOptions(texts: readonly string[]): string[] {
  const options = texts.flatMap(words);
  for (const [index, option] of options.entries()) {
    if (!option.startsWith("-") && !takesValue(options[index - 1]))
      throw new InputError(
        `--sbatch ${show(option)}: is not an option of sbatch; write options as --name=value`,
      );
    const name = option.startsWith("--") ? option.split("=")[0] : option.slice(0, 2);
    const names = reserved.find((aliases) => aliases.includes(name));
    if (names) throw new InputError(`--sbatch ${show(option)}: the sweep sets ${names[0]} itself; omit it`);
  }
  return options;
}

/** Whether the next word may be the option's value: `-p gpu`, `--partition gpu`. */
function takesValue(option: string | undefined): boolean {
  return option !== undefined && /^(-\w|--[^=]+)$/.test(option);
}

/** The words of a text, separated by spaces outside quotes, without these quotes. */
function words(text: string): string[] {
  const word = /(?:[^\s"']|"[^"]*"|'[^']*')+/g;
  if (text.replace(word, "").trim()) throw new InputError(`--sbatch ${show(text)}: a quote is not closed`);
  return [...text.matchAll(word)].map(([quoted]) =>
    quoted.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ""),
  );
}
