import type { Command } from "commander";
import { buildProgram } from "../../src/cli/program";
import { exitCodeOf, messageOf } from "../../src/cli/shared/failure";
import { benchProgram } from "../bench/options";

/** The simple commands of a shell block, each as its words: the parts between pipes, `&&` and line ends, without comments. */
export function commandsOf(code: string): string[][] {
  const commands: string[][] = [[]];
  const tokens = /\\\n|#[^\n]*|"((?:[^"\\]|\\.)*)"|'([^']*)'|(\n|&&|\|)|[^\s"'|#]+/g;
  for (const [whole, double, single, end] of code.matchAll(tokens)) {
    if (end !== undefined) commands.push([]);
    else if (!whole.startsWith("#") && whole !== "\\\n")
      commands[commands.length - 1].push(double ?? single ?? whole);
  }
  return commands.filter((words) => words.length > 0);
}

/**
 * The error that the real command line reports for a command of ours: options, arguments and their ranges. The command does not run.
 * Undefined for a valid command, and for other programs.
 */
export async function problemOf(
  words: readonly string[],
  scripts: ReadonlySet<string>,
): Promise<string | undefined> {
  const [first, second, ...rest] = words;
  if (first === "npx" && second !== "pnr") return `npx ${second} is not our command`;
  if (first === "npx" || first === "pnr") {
    const args = first === "npx" ? rest : words.slice(1);
    return refusal(withoutActions(buildProgram()), args);
  }
  if (first !== "npm" || second === "install") return undefined;
  const script = second === "run" ? rest[0] : second;
  if (!scripts.has(script)) return `npm run ${script}: package.json has no such script`;
  const args = words.includes("--") ? words.slice(words.indexOf("--") + 1) : [];
  return script === "bench"
    ? refusal(
        benchProgram(async () => {}),
        args,
      )
    : undefined;
}

async function refusal(program: Command, args: readonly string[]): Promise<string | undefined> {
  try {
    await program
      .exitOverride()
      .configureOutput({ writeOut: () => {} })
      .parseAsync(args, { from: "user" });
    return undefined;
  } catch (error) {
    return exitCodeOf(error) === 0 ? undefined : (messageOf(error, args, program) ?? "it only prints help");
  }
}

/** Replaces the actions, so that commands only check their arguments. */
function withoutActions(command: Command): Command {
  command.configureOutput({ writeOut: () => {} });
  // `results` has both an action and a subcommand.
  if (command.commands.length === 0 || command.registeredArguments.length) command.action(() => {});
  for (const inner of command.commands) withoutActions(inner);
  return command;
}

/** Why inline code such as `pnr corpus split … --by sentence` is not one of our commands. Required options may be missing. */
export function phraseProblem(words: readonly string[]): string | undefined {
  let command = buildProgram();
  for (const word of words.filter((word) => word !== "npx").slice(1)) {
    if (word.startsWith("--") && word !== "--help") {
      const name = word.split("=")[0];
      if (!command.options.some(({ long }) => long === name))
        return `${command.name()} has no option ${name}`;
    } else if (command.commands.length && /^[a-z]+$/.test(word)) {
      const inner = command.commands.find((one) => one.name() === word);
      if (!inner) return `${command.name()} has no command ${word}`;
      command = inner;
    }
  }
  return undefined;
}
