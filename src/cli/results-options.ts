import { type Command, Option } from "commander";
import type { ScaleName, Scoring } from "../experiments";
import { oneOf } from "./options";

/** As the command line has it. */
export interface ScoringChoice {
  readonly match: Scoring["match"];
  readonly duplicates: Scoring["duplicates"];
  readonly spuriousLength?: Scoring["spuriousLength"];
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
    .addOption(spuriousLengthOption("released, or what the tables of an earlier version were scored with"));
}

/** The length that a false prediction counts for. @param standard what is taken without the option, in words */
export function spuriousLengthOption(standard: string): Option {
  return new Option(
    "--spurious-length <rule>",
    "the length that a false prediction counts for: own; gold, that of the gold entity that it shares most tokens with; " +
      `released, that of the largest IoU as in the authors' code (default: ${standard})`,
  ).argParser(oneOf(["own", "gold", "released"] as const));
}

export function scoringOf({
  match,
  duplicates,
  spuriousLength,
}: ScoringChoice): Pick<Scoring, "match" | "duplicates"> & Partial<Scoring> {
  return { match, duplicates, ...(spuriousLength && { spuriousLength }) };
}
