import { type Command, Option } from "commander";
import type { ScaleName, Scoring } from "../../experiments";
import { oneOf } from "./options";

/** How to score predictions, as on the command line. */
export interface ScoringChoice {
  readonly match: Scoring["match"];
  readonly duplicates: Scoring["duplicates"];
  readonly spuriousLength?: Scoring["spuriousLength"];
  readonly sameTypeInner: Scoring["sameTypeInner"];
  readonly sentences: Scoring["sentences"];
}

export const scaleNames: readonly ScaleName[] = [
  "smoke",
  "minutes",
  "sample",
  "bundled",
  "frozen",
  "frozen-full",
  "fine-tuned",
  "flat",
  "weibo",
  "curves",
  "scratch",
  "paper",
];

export function scaleOption(): Option {
  return new Option("--scale <name>", `size of models and corpora: ${scaleNames.join(", ")}`)
    .argParser(oneOf(scaleNames))
    .default("sample");
}

/** Adds the options for comparing predictions with gold entities. */
export function addScoringOptions(command: Command): Command {
  const choice = <T extends string>(flag: string, what: string, choices: readonly T[]): Option =>
    new Option(`--${flag} <rule>`, `${what}: ${choices.join(", ")}`)
      .argParser(oneOf(choices))
      .default(choices[0]);
  return command
    .addOption(
      choice("match", "what must match: type and boundaries, or only boundaries", ["exact", "boundary"]),
    )
    .addOption(choice("duplicates", "whether equal predictions count once or each", ["once", "each"]))
    .addOption(spuriousLengthOption("released, or the rule by which older tables of results were scored"))
    .addOption(sameTypeInnerOption())
    .addOption(
      choice("sentences", "sentences that count: all, or those that do not occur in training", [
        "all",
        "unseen",
      ]),
    );
}

/** Whether gold entities within another of the same type count. */
export function sameTypeInnerOption(): Option {
  return new Option(
    "--same-type-inner <rule>",
    "gold entities within another of the same type: scored, or ignored together with predictions of them",
  )
    .argParser(oneOf(["scored", "ignored"] as const))
    .default("scored");
}

/** The length for which a false prediction counts. @param fallback text for the default */
export function spuriousLengthOption(fallback: string): Option {
  return new Option(
    "--spurious-length <rule>",
    "length for which a false prediction counts: own, its length; gold, the length of the gold entity that shares most " +
      `tokens with it; released, that of the largest IoU as in the authors' code (default: ${fallback})`,
  ).argParser(oneOf(["own", "gold", "released"] as const));
}

export function scoringOf({
  match,
  duplicates,
  spuriousLength,
  sameTypeInner,
  sentences,
}: ScoringChoice): Omit<Scoring, "spuriousLength"> & Partial<Scoring> {
  return { match, duplicates, sameTypeInner, sentences, ...(spuriousLength && { spuriousLength }) };
}
