import { join } from "node:path";
import { type Command, Option } from "commander";
import { writeAtomic } from "../base/files";
import type { Analysis, Results, ScaleName } from "../experiments";
import { addExamples, wholeNumber } from "./options";
import { note, printText } from "./output";
import { addScoringOptions, type ScoringChoice, scaleNames, scoringOf } from "./results-options";

const formats = ["html", "md", "tex", "arrow"] as const;

interface ReportOptions extends ScoringChoice {
  readonly from: readonly string[];
  readonly scale?: readonly ScaleName[];
  readonly corpora?: readonly string[];
  readonly set: readonly string[];
  readonly resamples?: number;
  readonly bootstrapSeed: number;
  readonly out: string;
  readonly format: readonly (typeof formats)[number][];
}

export function addReport(program: Command): void {
  const report = program
    .command("report")
    .summary("compare the results of sweeps with the paper's")
    .description(
      "Reads complete runs and writes what they say about the paper's tables, figures and conclusions: report.html with live " +
        "charts, README.md with pictures for a repository, report.tex for a paper, and the results themselves as Arrow tables, " +
        "from which all this can be made again without the runs.",
    )
    .option("--from <folder...>", "stores of runs, or folders of Arrow tables; together where several", [
      "sweeps",
    ])
    .addOption(
      new Option("--scale <name...>", "of these scales, each in tables of its own")
        .choices([...scaleNames])
        .default(undefined, "all that there are runs of"),
    )
    .option("--corpora <name...>", "on these corpora alone")
    .addOption(new Option("--set <key=value...>", "of runs swept with these settings").default([], "none"))
    .option("--out <folder>", "where to write", "out/report")
    .addOption(
      new Option("--format <name...>", "what to write").choices([...formats]).default([...formats], "all"),
    );
  addScoringOptions(report)
    .addOption(
      new Option("--resamples <number>", "draws of a bootstrap")
        .argParser(wholeNumber(100))
        .default(undefined, "1000 for intervals, 2000 for comparisons"),
    )
    .addOption(
      new Option("--bootstrap-seed <number>", "what they are drawn from")
        .argParser(wholeNumber(0))
        .default(1),
    )
    .action(run);
  addExamples(
    report,
    ["everything, from the runs in sweeps", "pnr report"],
    ["what a repository keeps", "pnr report --format md tex arrow --out data/results"],
    ["boundaries alone, whatever the type", "pnr report --match boundary --out out/boundaries"],
  );
}

async function run(options: ReportOptions): Promise<void> {
  const { analyse, resultsOf, scales } = await import("../experiments/index.js");
  const { applyOverrides } = await import("../training/index.js");
  const results = resultsOf(options.from, scoringOf(options));
  note(`${results.runs.length} runs`);
  const { corpora, set, resamples, bootstrapSeed: seed } = options;
  const there = scales
    .map(({ name }) => name)
    .filter((name) => results.runs.some((run) => run.scale === name));
  // without any run the first scale says what to do
  const wanted = options.scale ?? (there.length ? there : ["sample" as const]);
  const analyses = wanted.map((scale) =>
    analyse(results, { scale, corpora, resamples, seed, change: (config) => applyOverrides(config, set) }),
  );
  for (const line of analyses.flatMap(({ leftOut }) => leftOut)) note(line);
  for (const path of await write(results, analyses, options)) printText(path);
}

async function write(
  results: Results,
  analyses: readonly Analysis[],
  { out, format }: ReportOptions,
): Promise<string[]> {
  const { corporaAtHand, reportLatex, reportMarkdown, reportOf, writeResults } = await import(
    "../experiments/index.js"
  );
  const { chartPicture, reportPage } = await import("./report-page.js");
  const report = reportOf(analyses, await corporaAtHand(analyses));
  const written: string[] = [];
  const put = (name: string, content: string | Uint8Array): void => {
    writeAtomic(join(out, name), content);
    written.push(join(out, name));
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
  if (format.includes("arrow")) written.push(...writeResults(out, results));
  return written;
}

function pictureOf(chart: string): string {
  return `pictures/${chart}.png`;
}
