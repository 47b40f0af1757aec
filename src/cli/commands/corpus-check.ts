// cspell:ignore recognised
import type { Command } from "commander";
import type { Finding } from "../../corpus/check/findings";
import type { ReadOptions } from "../../corpus/formats/registry";
import { corpusInput } from "../shared/corpus-input";
import { addReadOptions, readOptions } from "../shared/corpus-options";
import { addExamples, jsonOption } from "../shared/options";
import { note, printJson, printText } from "../shared/output";

export function addCorpusCheck(corpus: Command): void {
  const check = corpus
    .command("check")
    .summary("find errors and suspicious data in a corpus")
    .description(
      "Finds sentences that occur in several splits, impossible and crossing spans, empty sentences, invalid tags, unusual " +
        "characters (control, invisible, replacement, mixed normal forms) and types that train lacks. Prints one line per kind, with " +
        "count and examples. Exit code: 0 without faults, 1 with faults, 2 if the corpus cannot be read.",
    )
    .argument("<corpus>", "the corpus: a folder with splits, or one file; for brat a folder of documents")
    .addOption(jsonOption())
    .action(run);
  addReadOptions(check);
  addExamples(
    check,
    ["the bundled sample corpus", "pnr corpus check data/sample"],
    ["a file with given columns", "pnr corpus check train.txt --from conll --columns token,-,tag"],
  );
}

async function run(path: string, options: ReadOptions & { json?: true }): Promise<void> {
  const { checkCorpus, checkSplits } = await import("../../corpus/check/check-corpus.js");
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
    const lines = findings.map(findingText);
    lines.push(
      `${sentences} sentences, ${entities} entities: ${faults} kinds of faults, ${findings.length - faults} of remarks${leftOut ? `; ${leftOut} more sentences skipped because of their faults` : ""}`,
    );
    printText(lines.join("\n"));
  }
  if (findings.some(({ kind }) => kind === "fault")) process.exitCode = 1;
}

function findingText({ kind, what, count, examples }: Finding): string {
  return `${kind.padEnd(6)}  ${count} × ${what}  [${examples.join("; ")}${count > examples.length ? "; …" : ""}]`;
}
