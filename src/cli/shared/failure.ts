import { type Command, CommanderError } from "commander";
import { PnrError } from "../../base/errors";
import { reason } from "../../base/files";
import { stopExitCode } from "./interrupt";

/** The user, or the loss of the output, stopped a task. */
export class Interrupted extends PnrError {
  override readonly exitCode: number = stopExitCode();
}

const usageExitCode = 2;

export function exitCodeOf(error: unknown): number {
  if (error instanceof PnrError) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode;
  return 1;
}

/** The one-line message of a failure; `undefined` after help or the version was printed. */
export function messageOf(error: unknown, args: readonly string[], program: Command): string | undefined {
  const stack = process.env.PNR_DEBUG === "1" && error instanceof Error ? `\n${error.stack}` : "";
  if (error instanceof CommanderError) {
    if (error.exitCode === 0 || error.code === "commander.help") return undefined;
    return `${usageProblem(error)}; see ${commandIn(args, program)} --help${stack}`;
  }
  if (error instanceof PnrError) return error.message + stack;
  return `unexpected error: ${reason(error)}${stack || " (run it again with PNR_DEBUG=1 to see where)"}`;
}

/** Commander starts a message with "error: " and puts its suggestion on a second line. */
function usageProblem(error: CommanderError): string {
  return error.message
    .replace(/^error: /, "")
    .replace(/\s*\n\(Did you mean (.*?)\??\)$/, " (did you mean $1?)")
    .replace(/\.$/, "");
}

/** The longest existing command at the start of the arguments: "pnr corpus stats". */
function commandIn(args: readonly string[], program: Command): string {
  const names = [program.name()];
  let command: Command | undefined = program;
  for (const arg of args) {
    command = command.commands.find((inner) => inner.name() === arg);
    if (!command) break;
    names.push(command.name());
  }
  return names.join(" ");
}
