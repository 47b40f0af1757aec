import { Command, Option } from "commander";
import { addExamples, jsonOption, oneOf, splitOption, wholeNumber } from "../../src/cli/shared/options";
import type { Variant } from "../../src/config/config";
import type { SplitName } from "../../src/corpus";
import type { EngineName } from "../../src/engine";
import { configNames } from "./configs";

export interface BenchOptions {
  readonly config: readonly string[];
  readonly variant: Variant;
  readonly set: readonly string[];
  /** Empty: all that run here except cpu. */
  readonly engine: readonly EngineName[];
  readonly corpus: string;
  readonly split: SplitName;
  readonly limit: number;
  readonly batch?: number;
  readonly repetitions: number;
  readonly profile?: true;
  readonly scaling?: true;
  readonly widgets?: true;
  readonly page?: string;
  readonly maxLength: number;
  readonly maxHidden: number;
  readonly picture: string;
  readonly json?: true;
  readonly out?: string;
  readonly against?: string;
  readonly reference?: string;
  readonly encoder?: string;
  readonly vocabulary?: string;
}

const engines: readonly EngineName[] = ["tensorflow", "blas", "wasm", "cpu"];

/** An option whose value is a list of words. */
function several<T extends string>(flags: string, description: string, read: (text: string) => T): Option {
  return new Option(flags, description).argParser((text, before?: readonly T[]) => [
    // commander passes the default with the first word.
    ...(before !== undefined && !defaults.has(before) ? before : []),
    read(text),
  ]);
}

const defaults = new Set<readonly string[]>();

function defaultList(...words: string[]): string[] {
  defaults.add(words);
  return words;
}

export function benchProgram(run: (options: BenchOptions) => Promise<void>): Command {
  const program = new Command("npm run bench --")
    .description(
      "Measures how fast the model trains and predicts on this machine, on each engine that runs here, and where the time of a step " +
        "goes. Every engine and setting runs in a separate process. Each round measures each of them once, and the benchmark prints " +
        "the median with a 95 % interval. docs/benchmark.md explains the output. Without options, it takes less than a minute.",
    )
    .usage("[options]")
    .addOption(
      several("--config <name...>", `settings to measure: ${configNames().join(", ")}`, String).default(
        defaultList("S0"),
        "S0",
      ),
    )
    .addOption(
      new Option(
        "--variant <name>",
        "paper, or released: what the authors' code computes, needed to compare with its speed",
      )
        .argParser(oneOf<Variant>(["paper", "released"]))
        .default("released"),
    )
    .addOption(
      several("--set <key=value...>", "change the settings, such as model.layers=2", String).default(
        defaultList(),
        "none",
      ),
    )
    .addOption(
      several("--engine <name...>", `engines: ${engines.join(", ")}`, oneOf(engines)).default(
        defaultList(),
        "all that run here except cpu, which is slow",
      ),
    )
    .option("--corpus <folder>", "the corpus folder", "data/sample")
    .addOption(splitOption().default("dev"))
    .option("--limit <number>", "use only the first sentences of the split", wholeNumber(1), 32)
    .option("--batch <number>", "sentences per step (default: as in the setting)", wholeNumber(1))
    .option("--repetitions <number>", "rounds; a 95 % interval needs at least six", wholeNumber(1), 9)
    .option("--profile", "only print where the time of a training step goes, by module and by kernel")
    .addOption(
      new Option("--scaling", "only measure how the cost grows with sentence length and width").conflicts([
        "profile",
        "against",
        "reference",
      ]),
    )
    .addOption(
      new Option(
        "--widgets",
        "only measure how fast the widgets open and respond to their controls in Chromium",
      ).conflicts(["profile", "scaling", "against", "reference", "out"]),
    )
    .addOption(
      new Option(
        "--page <file>",
        "only measure the size of a page of pnr page, and how soon it shows a result in Chromium",
      ).conflicts(["profile", "scaling", "widgets", "against", "reference", "out"]),
    )
    .option("--max-length <number>", "longest sentence for --scaling", wholeNumber(1), 512)
    .option("--max-hidden <number>", "greatest width for --scaling", wholeNumber(1), 512)
    .option("--picture <file>", "SVG file for the picture of --scaling", "out/scaling.svg")
    .addOption(jsonOption())
    .option("--out <file>", "also write all results to a JSON file, for a later --against")
    .addOption(
      new Option(
        "--against <file>",
        "compare with an earlier result of this machine, and tell differences from noise",
      ).conflicts("profile"),
    )
    .option(
      "--encoder <folder>",
      "MiniLM in Hugging Face's format: the weights of mini and mini-frozen (default: random), the vocabulary of S, M and B",
    )
    .option(
      "--vocabulary <file>",
      "vocab.txt for BERTs with random weights (default: that of --encoder, else built from the corpus)",
    )
    .option(
      "--reference <file>",
      "speed of the authors' code on this machine, as described in docs/benchmark.md; prints ratios for released",
    )
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .action(run);
  addExamples(
    program,
    ["this machine with the bundled corpus", "npm run bench"],
    [
      "one setting on one engine, stored for later",
      "npm run bench -- --config S0 --corpus genia --engine wasm --out out/before.json",
    ],
    [
      "is it faster now?",
      "npm run bench -- --config S0 --corpus genia --engine wasm --against out/before.json",
    ],
    ["where the time of a step goes", "npm run bench -- --profile --corpus genia"],
    ["how fast the widgets are", "npm run bench -- --widgets"],
    ["how large and how fast a page with a model is", "npm run bench -- --page out/model.html"],
    ["how the cost grows", "npm run bench -- --scaling --max-length 128 --picture out/scaling.svg"],
  );
  return program;
}
