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
  /** Empty: those that run here, but for cpu. */
  readonly engine: readonly EngineName[];
  readonly corpus: string;
  readonly split: SplitName;
  readonly limit: number;
  readonly batch?: number;
  readonly repetitions: number;
  readonly profile?: true;
  readonly scaling?: true;
  readonly widgets?: true;
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

/** An option that takes one or more of these words. */
function several<T extends string>(flags: string, description: string, read: (text: string) => T): Option {
  return new Option(flags, description).argParser((text, before?: readonly T[]) => [
    // commander hands in the default with the first word
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
      "Measures how fast the model trains and predicts on this machine, on each engine that runs here, and where a step's time " +
        "goes. Every engine and setting has a process of its own; in every round each of them is measured once, and what is told " +
        "is the median with a 95 % interval. docs/benchmark.md says how to read it. Takes less than a minute as it stands.",
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
        "paper, or released: what the authors' code computes, which alone may be compared with its speed",
      )
        .argParser(oneOf<Variant>(["paper", "released"]))
        .default("released"),
    )
    .addOption(
      several("--set <key=value...>", "change the settings, for example model.layers=2", String).default(
        defaultList(),
        "none",
      ),
    )
    .addOption(
      several("--engine <name...>", `what computes: ${engines.join(", ")}`, oneOf(engines)).default(
        defaultList(),
        "all that run here but cpu, which is slow",
      ),
    )
    .option("--corpus <folder>", "the corpus folder", "data/sample")
    .addOption(splitOption().default("dev"))
    .option("--limit <number>", "take so many sentences, the split's first", wholeNumber(1), 32)
    .option("--batch <number>", "sentences a step (default: the setting's own)", wholeNumber(1))
    .option("--repetitions <number>", "rounds; fewer than six give no 95 % interval", wholeNumber(1), 9)
    .option("--profile", "only say where a training step's time goes, by module and by kernel")
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
        "only measure how quickly the widgets open and follow their controls in Chromium",
      ).conflicts(["profile", "scaling", "against", "reference", "out"]),
    )
    .option("--max-length <number>", "with --scaling, the longest sentence", wholeNumber(1), 512)
    .option("--max-hidden <number>", "with --scaling, the greatest width", wholeNumber(1), 512)
    .option("--picture <file>", "with --scaling, where its picture goes, as SVG", "out/scaling.svg")
    .addOption(jsonOption())
    .option("--out <file>", "also write all results there as JSON, for a later --against")
    .addOption(
      new Option(
        "--against <file>",
        "compare with an earlier result of this machine: which differences are more than noise",
      ).conflicts("profile"),
    )
    .option(
      "--encoder <folder>",
      "a MiniLM in Hugging Face's format: the weights of mini and mini-frozen (default: random ones), the vocabulary of S, M and B",
    )
    .option(
      "--vocabulary <file>",
      "a vocab.txt for BERTs of random weights (default: that of --encoder, else one made from the corpus)",
    )
    .option(
      "--reference <file>",
      "speed of the authors' code on this machine, as docs/benchmark.md describes; prints ratios for released",
    )
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .action(run);
  addExamples(
    program,
    ["the machine and the bundled corpus, quickly", "npm run bench"],
    [
      "one setting on one engine, kept for later",
      "npm run bench -- --config S0 --corpus genia --engine wasm --out out/before.json",
    ],
    [
      "is it faster now?",
      "npm run bench -- --config S0 --corpus genia --engine wasm --against out/before.json",
    ],
    ["where a step's time goes", "npm run bench -- --profile --corpus genia"],
    ["how quick the widgets are", "npm run bench -- --widgets"],
    ["how the cost grows", "npm run bench -- --scaling --max-length 128 --picture out/scaling.svg"],
  );
  return program;
}
