import { join } from "node:path";
import { type Command, Option } from "commander";
import { writeAtomic } from "../../base/files";
import type { Analysis, Results, ScaleName } from "../../experiments";
import { addExamples, wholeNumber } from "../shared/options";
import { note, printText } from "../shared/output";
import { addScoringOptions, type ScoringChoice, scaleNames, scoringOf } from "../shared/results-options";

const formats = ["html", "md", "tex", "arrow"] as const;

interface ReportOptions extends ScoringChoice {
  readonly from: readonly string[];
  readonly scale?: readonly ScaleName[];
  readonly corpora?: readonly string[];
  readonly ablation?: string;
  readonly set: readonly string[];
  readonly draws?: number;
  readonly drawSeed: number;
  readonly out: string;
  readonly format: readonly (typeof formats)[number][];
}

export function addReport(program: Command): void {
  const report = program
    .command("report")
    .summary("compare the results of sweeps with the paper")
    .description(
      "Reads complete runs and compares them with the paper's tables, figures and conclusions. Writes report.html with interactive " +
        "charts, README.md with pictures for a repository, report.tex for a paper, and the results of the chosen scales and corpora as Arrow " +
        "tables, from which pnr report can write the report again without the runs.",
    )
    .option("--from <folder...>", "stores of runs, or folders of Arrow tables; several are combined", [
      "sweeps",
    ])
    .addOption(
      new Option("--scale <name...>", "scales, each with separate tables")
        .choices([...scaleNames])
        .default(undefined, "all that have runs"),
    )
    .option("--corpora <name...>", "only these corpora")
    .option("--ablation <file>", "also your own settings, from a file that you passed to pnr sweep")
    .addOption(new Option("--set <key=value...>", "only runs with these settings").default([], "none"))
    .option("--out <folder>", "output folder", "out/report")
    .addOption(
      new Option("--format <name...>", "output formats").choices([...formats]).default([...formats], "all"),
    );
  addScoringOptions(report)
    .addOption(
      new Option("--draws <number>", "draws of permutation tests, bootstraps and simulations")
        .argParser(wholeNumber(1000))
        .default(undefined, "20000"),
    )
    .addOption(new Option("--draw-seed <number>", "seed of the draws").argParser(wholeNumber(0)).default(1))
    .action(run);
  addExamples(
    report,
    ["everything, for the runs in sweeps", "pnr report"],
    ["the files for a repository", "pnr report --format md tex arrow --out data/results"],
    ["scores by boundaries only", "pnr report --match boundary --out out/boundaries"],
  );
}

async function run(options: ReportOptions): Promise<void> {
  const { analyze, plans, readAblation, resultsOf, scales, supplements } = await import(
    "../../experiments/index.js"
  );
  const { applyOverrides } = await import("../../training/index.js");
  const results = resultsOf(options.from, scoringOf(options));
  note(`${results.runs.length} runs`);
  const { corpora, set, draws, drawSeed: seed, ablation } = options;
  const analyzed = [...plans, ...supplements, ...(ablation === undefined ? [] : [readAblation(ablation)])];
  const available = scales
    .map(({ name }) => name)
    .filter((name) => results.runs.some((run) => run.scale === name));
  // Without runs, the analysis of a scale reports what to do.
  const selection = options.scale ?? (available.length ? available : ["sample" as const]);
  const analyses = selection.map((scale) =>
    analyze(results, {
      plans: analyzed,
      scale,
      corpora,
      draws,
      seed,
      change: (config) => applyOverrides(config, set),
    }),
  );
  for (const line of analyses.flatMap(({ leftOut }) => leftOut)) note(line);
  for (const path of await write(results, analyses, options)) printText(path);
}

async function write(
  results: Results,
  analyses: readonly Analysis[],
  { out, format, scale, corpora }: ReportOptions,
): Promise<string[]> {
  const { corporaAtHand, reportLatex, reportMarkdown, reportOf, writeResults } = await import(
    "../../experiments/index.js"
  );
  const { chartPicture, reportPage } = await import("../shared/report-page.js");
  const report = reportOf(analyses, await corporaAtHand(analyses));
  const files: string[] = [];
  const put = (name: string, content: string | Uint8Array): void => {
    writeAtomic(join(out, name), content);
    files.push(join(out, name));
  };
  if (format.includes("html")) put("report.html", await reportPage(report));
  if (format.includes("md")) {
    const charts = report.sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.kind === "chart" ? [block.chart] : [])),
    );
    for (const chart of charts) put(pictureOf(chart.name), await chartPicture(chart));
    put("README.md", reportMarkdown(report, pictureOf));
  }
  if (format.includes("tex")) put("report.tex", reportLatex(report));
  if (format.includes("arrow")) {
    const isSelected = (names: readonly string[] | undefined, name: string) => names?.includes(name) ?? true;
    const runs = results.runs.filter(
      (run) => isSelected(scale, run.scale) && isSelected(corpora, run.corpus.name),
    );
    files.push(...writeResults(out, { ...results, runs }));
  }
  return files;
}

function pictureOf(chart: string): string {
  return `pictures/${chart}.png`;
}
