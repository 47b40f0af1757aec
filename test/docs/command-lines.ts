import type { Command } from "commander";
import { exitCodeOf, messageOf } from "../../src/cli/failure";
import { buildProgram } from "../../src/cli/program";
import { benchProgram } from "../bench/options";

/** The simple commands of a shell block, each as its words: what stands between pipes, `&&` and line ends; comments are left out. */
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
 * What is wrong with a command of ours, as the real command line tells it, without running it: options, arguments and their ranges.
 * Undefined for a good one, and for programs of others.
 */
export async function problemOf(
  words: readonly string[],
  scripts: ReadonlySet<string>,
): Promise<string | undefined> {
  const [first, second, ...rest] = words;
  if (first === "npx" && second !== "pnr") return `npx ${second} is not ours`;
  if (first === "npx" || first === "pnr") {
    const args = first === "npx" ? rest : words.slice(1);
    return refusal(withoutActions(buildProgram()), args);
  }
  if (first !== "npm") return undefined;
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
    return exitCodeOf(error) === 0
      ? undefined
      : (messageOf(error, args, program) ?? "help is all that it gives");
  }
}

/** Commands check what they are given before they act; here they then do nothing. */
function withoutActions(command: Command): Command {
  command.configureOutput({ writeOut: () => {} });
  if (command.commands.length === 0) command.action(() => {});
  for (const inner of command.commands) withoutActions(inner);
  return command;
}

/** Why a phrase in the text, `pnr corpus split … --by sentence`, is none of our commands; what must be given may be missing. */
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
