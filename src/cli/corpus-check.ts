import type { Command } from "commander";
import type { Finding } from "../corpus/check/findings";
import type { ReadOptions } from "../corpus/formats/registry";
import { corpusInput } from "./corpus-input";
import { addReadOptions, readOptions } from "./corpus-options";
import { addExamples, jsonOption } from "./options";
import { note, printJson, printText } from "./output";

export function addCheck(corpus: Command): void {
  const check = corpus
    .command("check")
    .summary("find what is wrong or odd in a corpus")
    .description(
      "Looks for sentences that occur in several splits, impossible and crossing spans, empty sentences, tags at fault, odd " +
        "characters (control, invisible, replacement, several normal forms) and types that train lacks, and prints one line for " +
        "each kind with its count and examples. Exit code: 0 where there is no fault, 1 where there is one, 2 where the corpus " +
        "cannot be read.",
    )
    .argument("<corpus>", "the corpus: a folder with splits, or one file; for brat a folder of documents")
    .addOption(jsonOption())
    .action(run);
  addReadOptions(check);
  addExamples(
    check,
    ["the bundled sample corpus", "pnr corpus check data/sample"],
    [
      "a file that is to be read in a certain way",
      "pnr corpus check train.txt --from conll --columns token,-,tag",
    ],
  );
}

async function run(path: string, options: ReadOptions & { json?: true }): Promise<void> {
  const { checkCorpus, checkSplits } = await import("../corpus/check/check-corpus.js");
  const input = await corpusInput(path, readOptions(options));
  const checked = await checkCorpus(
    "splits" in input ? input.splits : { all: input.file },
    readOptions(options),
  );
  const { sentences, entities, leftOut, recognized } = checked;
  const findings = "splits" in input ? [...checkSplits(input), ...checked.findings] : checked.findings;
  if (options.json) printJson({ ...checked, findings });
  else {
    for (const fact of recognized) note(fact);
    const faults = findings.filter(({ kind }) => kind === "fault").length;
    const told = findings.map(line);
    told.push(
      `${sentences} sentences, ${entities} entities: ${faults} kinds of faults, ${findings.length - faults} of remarks${leftOut ? `; ${leftOut} more sentences left out for their faults` : ""}`,
    );
    printText(told.join("\n"));
  }
  if (findings.some(({ kind }) => kind === "fault")) process.exitCode = 1;
}

function line({ kind, what, count, examples }: Finding): string {
  return `${kind.padEnd(6)}  ${count} × ${what}  [${examples.join("; ")}${count > examples.length ? "; …" : ""}]`;
}
