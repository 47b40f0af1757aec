import { type Command, Option } from "commander";
import type { ScaleName, Scoring } from "../experiments";
import { oneOf } from "./options";

/** As the command line has it. */
export interface ScoringChoice {
  readonly match: Scoring["match"];
  readonly duplicates: Scoring["duplicates"];
  readonly spuriousLength: Scoring["spuriousLength"];
}

export const scaleNames: readonly ScaleName[] = ["smoke", "sample", "scratch", "paper"];

export function scaleOption(): Option {
  return new Option("--scale <name>", `how large: ${scaleNames.join(", ")}`)
    .argParser(oneOf(scaleNames))
    .default("sample");
}

/** How predictions are held against gold entities. */
export function addScoringOptions(command: Command): Command {
  const choice = <T extends string>(flag: string, what: string, choices: readonly T[]): Option =>
    new Option(`--${flag} <rule>`, `${what}: ${choices.join(", ")}`)
      .argParser(oneOf(choices))
      .default(choices[0]);
  return command
    .addOption(
      choice("match", "what must be equal, type and boundaries or boundaries alone", ["exact", "boundary"]),
    )
    .addOption(choice("duplicates", "how often proposals that agree count", ["once", "each"]))
    .addOption(
      choice(
        "spurious-length",
        "the length that a false prediction counts for, its own or that of the gold it overlaps most",
        ["own", "gold"],
      ),
    );
}

export function scoringOf({ match, duplicates, spuriousLength }: ScoringChoice): Scoring {
  return { match, duplicates, spuriousLength };
}
