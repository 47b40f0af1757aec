import { type Command, CommanderError } from "commander";
import { PnrError } from "../base/errors";
import { reason } from "../base/files";
import { stopExitCode } from "./interrupt";

/** A task that was asked to stop. */
export class Interrupted extends PnrError {
  override readonly exitCode: number = stopExitCode();
}

const usageExitCode = 2;

export function exitCodeOf(error: unknown): number {
  if (error instanceof PnrError) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode;
  return 1;
}

/** What to tell about a failure, one line; nothing where help or the version was asked for and is printed. */
export function messageOf(error: unknown, args: readonly string[], program: Command): string | undefined {
  const stack = process.env.PNR_DEBUG === "1" && error instanceof Error ? `\n${error.stack}` : "";
  if (error instanceof CommanderError) {
    if (error.exitCode === 0 || error.code === "commander.help") return undefined;
    return `${usageProblem(error)}; see ${commandIn(args, program)} --help${stack}`;
  }
  if (error instanceof PnrError) return error.message + stack;
  return `unexpected error: ${reason(error)}${stack || " (run it again with PNR_DEBUG=1 to see where)"}`;
}

/** Commander puts "error: " before a message and its suggestion on a second line. */
function usageProblem(error: CommanderError): string {
  return error.message
    .replace(/^error: /, "")
    .replace(/\s*\n\(Did you mean (.*?)\??\)$/, " (did you mean $1?)")
    .replace(/\.$/, "");
}

/** The command that the arguments name, as far as they do: "pnr corpus stats". */
function commandIn(args: readonly string[], program: Command): string {
  const names = [program.name()];
  for (let at = program, i = 0; i < args.length; i++) {
    const next = at.commands.find((command) => command.name() === args[i]);
    if (!next) break;
    names.push(next.name());
    at = next;
  }
  return names.join(" ");
}
